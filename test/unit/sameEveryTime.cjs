// Loaded before the unit tests by `npm test`: made-up cases are the same in every run, so that what failed can be seen again and what is landed
// was tested. A suite run by itself makes up others each time.
const { configureGlobal } = require('fast-check');

configureGlobal({ seed: 20_251_101 });
