import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 wait longer before it compiles a function anew for speed. A program that runs for a second or three pays more for that than it ever
 * gets back: most of all for SQLite's interpreter, one function of 40 kB whose loop counts as hot after some dozens of steps. What is hot for
 * real, as in the first read of a gigabyte, is still compiled, a little later.
 *
 * For a program that has its process to itself: the flags hold for all of it. Call it before anything is compiled.
 */
export function compileLate(): void {
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  // Functions that are never called are not even looked at.
  setFlagsFromString('--wasm-lazy-validation');
  // Newer versions have a compiler in between that costs little: what the last one would save, even over a gigabyte, is less than it takes.
  setFlagsFromString(Number.parseInt(process.versions.v8, 10) < 13 ? '--interrupt-budget=1000000' : '--no-opt');
}

/**
 * From now on WebAssembly stays as it is compiled first, until `compileBetter`. SQLite's interpreter, which has one loop around all it does,
 * is taken for hot after some ten thousand steps: to compile that one function for speed takes as long as a whole report.
 */
export const compileOnce = (): void => setFlagsFromString(`--wasm-tier-up-filter=${NO_FUNCTION}`);

/** For what is loaded from now on, `compileOnce` holds no more. */
export const compileBetter = (): void => setFlagsFromString('--wasm-tier-up-filter=-1');

/** No module has as many functions. */
const NO_FUNCTION = 2_000_000_000;
