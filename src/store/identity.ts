import { createHash } from 'node:crypto';

/**
 * 128 bits that stand for something wherever it was recorded: the same request has the same identity on every machine that has its
 * transcript, and nothing of its parts can be read from it.
 *
 * @returns 32 hexadecimal digits, which PostgreSQL takes as a `uuid`
 */
export function identityOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
