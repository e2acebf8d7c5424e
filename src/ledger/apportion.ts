/**
 * Divides a whole number of tokens by weights so that the parts are whole and sum exactly to it (largest remainder method; ties go to
 * the earlier part). Weights are finite and >= 0; when all are 0 the parts are as equal as they can be.
 *
 * @returns as many parts as weights; an empty list for no weights
 */
export function apportion(tokens: number, weights: readonly number[]): number[] {
  if (weights.length === 1) return [tokens];
  let total = 0;
  // Done for each request: plain loops, as iterators take several times longer.
  for (let index = 0; index < weights.length; index++) total += weights[index] as number;
  if (!(total > 0)) return weights.length === 0 ? [] : apportion(tokens, new Array<number>(weights.length).fill(1));
  const parts: number[] = [];
  let left = tokens;
  for (let index = 0; index < weights.length; index++) {
    const part = Math.floor((tokens * (weights[index] as number)) / total);
    parts.push(part);
    left -= part;
  }
  if (left === 0) return parts;
  const remainders: number[] = [];
  for (let index = 0; index < weights.length; index++)
    remainders.push((tokens * (weights[index] as number)) / total - (parts[index] as number));
  if (weights.length <= FEW) return roundUpFew(parts, remainders, left);
  const byRemainder = parts.map((_, index) => index);
  byRemainder.sort((a, b) => (remainders[b] as number) - (remainders[a] as number) || a - b);
  for (const index of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] as number) + 1;
    left--;
  }
  return parts;
}

/** Nearly always there are but a few weights: to look for the largest remainder again and again takes less than to sort them. */
const FEW = 8;

/** @param left units to hand out, the largest remainder first */
function roundUpFew(parts: number[], remainders: number[], left: number): number[] {
  for (let handedOut = 0; handedOut < left && handedOut < parts.length; handedOut++) {
    let largest = 0;
    for (let i = 1; i < remainders.length; i++)
      if ((remainders[i] as number) > (remainders[largest] as number)) largest = i;
    parts[largest] = (parts[largest] as number) + 1;
    remainders[largest] = -1;
  }
  return parts;
}
