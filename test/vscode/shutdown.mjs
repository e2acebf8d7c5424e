/** How often the parent is looked for, in milliseconds. */
const PARENT_CHECK_MS = 500;

/** @typedef {{ add: (stop: () => unknown) => void, run: () => Promise<void>, began: () => boolean }} Shutdown */

/** What must be ended when a script ends, in the reverse order of its start, once, whatever ends it.
 * SIGINT and SIGTERM run it too, and end the process.
 * @param {{ exitCodeOnSignal?: number, withParent?: boolean }} [options] `exitCodeOnSignal`: by default the shell's, 128 + the
 * signal; `withParent`: also when the parent process is gone (npm's shell dies of a signal without passing it on)
 * @returns {Shutdown} */
export function makeShutdown({ exitCodeOnSignal, withParent = false } = {}) {
  /** @type {(() => unknown)[]} */
  const stops = [];
  let running;

  async function stopAll() {
    for (let stop = stops.pop(); stop; stop = stops.pop()) {
      try {
        await stop();
      } catch (error) {
        console.error(error);
      }
    }
  }
  const run = () => (running ??= stopAll());

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.on(signal, () => run().then(() => process.exit(exitCodeOnSignal ?? code)));
  }
  if (withParent) onParentGone(() => run().then(() => process.exit(exitCodeOnSignal ?? 1)));
  return { add: (stop) => stops.push(stop), run, began: () => running !== undefined };
}

/** Calls back when the process that started this one is gone.
 * @param {() => unknown} callback may be called more than once */
export function onParentGone(callback) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && callback(), PARENT_CHECK_MS).unref();
}
