/**
 * Divides a whole number of tokens by weights so that the parts are whole and sum exactly to it (largest remainder method; ties go to
 * the earlier part). Weights are finite and >= 0; when all are 0 the parts are as equal as they can be.
 *
 * @returns as many parts as weights; an empty list for no weights
 */
export function apportion(tokens: number, weights: readonly number[]): number[] {
  if (weights.length === 1) return [tokens];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return weights.length === 0 ? [] : apportion(tokens, new Array<number>(weights.length).fill(1));
  const exact = weights.map((weight) => (tokens * weight) / total);
  const parts = exact.map(Math.floor);
  let left = tokens - parts.reduce((sum, part) => sum + part, 0);
  if (left === 0) return parts;
  const byRemainder = exact.map((value, index) => ({ index, remainder: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left--;
  }
  return parts;
}
