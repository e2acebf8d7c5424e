/** How often a step that writes to a log says that it is still at work, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/** Prints a line with the seconds a piece of work has taken so far, and a last one when it is done.
 * On a terminal the line counts in place; in a log it is repeated now and then.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work returns; its error is passed on
 */
export async function step(label, work) {
  const startedMs = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedMs) / 1000)} s`;
  const inPlace = process.stdout.isTTY && !process.env.CI;
  const say = (text, ended) => process.stdout.write(inPlace ? `\r\x1b[K  ${text}${ended ? '\n' : ''}` : `  ${text}\n`);
  say(`${label} ...`, false);
  const timer = setInterval(() => say(`${label} ... ${seconds()}`, false), inPlace ? 1000 : HEARTBEAT_MS);
  try {
    const result = await work();
    say(`${label}: done in ${seconds()}`, true);
    return result;
  } catch (error) {
    say(`${label}: failed after ${seconds()}`, true);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
