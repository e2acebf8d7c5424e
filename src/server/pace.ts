/**
 * A bucket of permits that fills up by itself, and empties with each call.
 *
 * @returns whether there was a permit
 */
export function pace(perSecond: number, burst: number, now: () => number = () => performance.now()): () => boolean {
  let permits = burst;
  let at = now();
  return () => {
    const nowMs = now();
    permits = Math.min(burst, permits + ((nowMs - at) / 1000) * perSecond);
    at = nowMs;
    if (permits < 1) return false;
    permits--;
    return true;
  };
}
