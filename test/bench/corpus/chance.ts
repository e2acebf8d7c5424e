import type { Random } from '../../fuzz/random.ts';

/** A share from 0 up to, but not including, 1. */
const share = (random: Random): number => random.below(2 ** 31) / 2 ** 31;

/** A whole number of at least 1 whose logarithm is distributed normally around that of `median`: sizes in the field look like this. */
export function spread(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - share(random))) * Math.cos(2 * Math.PI * share(random));
  return Math.max(1, Math.round(median * Math.exp(sigma * normal)));
}

export function hex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits)
    text += random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

export function uuid(random: Random): string {
  const all = hex(random, 32);
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-a${all.slice(17, 20)}-${all.slice(20)}`;
}
