// mocha's `spec` reporter that also leaves the counts in the file that ATM_RESULTS names, for test/run.mjs.
const fs = require('node:fs');
const { reporters } = require('mocha');

module.exports = class CountingSpec extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.ATM_RESULTS)
        fs.writeFileSync(process.env.ATM_RESULTS, JSON.stringify({ passes, failures, pending }));
    });
  }
};
