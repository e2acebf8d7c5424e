/** @typedef {{ add: (stop: () => unknown) => void, run: () => Promise<void>, began: () => boolean }} Shutdown */

/** What must be ended when a script ends, in the reverse order of its start, once, whatever ends it.
 * SIGINT and SIGTERM run it too, and end the process.
 * @param {{ exitCodeOnSignal?: number }} [options] by default the shell's: 128 + the signal
 * @returns {Shutdown} */
export function makeShutdown({ exitCodeOnSignal } = {}) {
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
  return { add: (stop) => stops.push(stop), run, began: () => running !== undefined };
}
