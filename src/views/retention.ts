/**
 * When the history begins of which so many months are kept: the same day of the month, at its beginning in UTC; the last day of a month
 * that is shorter.
 */
export function historyStartMs(nowMs: number, months: number): number {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay));
}
