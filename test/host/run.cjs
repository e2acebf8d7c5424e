// The suite's entry in the extension host (`extensionTestsPath`): runs every bundled test file with mocha.
const fs = require('node:fs');
const path = require('node:path');
const Mocha = require('mocha');

/** @returns {Promise<void>} fails when a test fails or when there is none */
exports.run = () => {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    color: Boolean(process.env.FORCE_COLOR),
    reporter: require.resolve('../countingSpec.cjs'),
    failZero: true,
    grep: process.env.ATM_GREP,
  });
  const folder = process.env.ATM_HOST_TESTS;
  for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(folder, name));
  }
  return new Promise((resolve, reject) => {
    mocha.run((failures) => (failures > 0 ? reject(new Error(`${failures} failed`)) : resolve()));
  });
};
