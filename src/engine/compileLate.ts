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
  // Newer versions have a compiler in between that costs little: what the last one would save, even over a gigabyte, is less than it takes.
  setFlagsFromString(Number.parseInt(process.versions.v8, 10) < 13 ? '--interrupt-budget=1000000' : '--no-opt');
}
