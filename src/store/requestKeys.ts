import type { Connection } from './connection.ts';

/** A 32-bit number that stands for a request in the index; equal ones are told apart by the keys themselves. FNV-1a over UTF-16 units. */
export function keyHash(agent: string, key: string): number {
  return addText(addText(0x811c9dc5, agent), key);
}

function addText(hash: number, text: string): number {
  let sum = hash;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum;
}

/** Tells most of what is certainly not stored, so that it need not be looked for: requests, tasks, files, sessions, threads, callers. */
export interface Seen {
  /** Notes a hash. @returns `false` when it is certainly the first time since the store was empty */
  add(hash: number): boolean;
}

const BITS = 24;

/** @param connection what it holds is looked at once */
export function seenKeys(connection: Connection): Seen {
  // Only a store that is filled from nothing gains from it: others ask the index.
  if (connection.first(FIND_ANYTHING)) return { add: () => true };
  const bits = new Uint8Array(2 ** (BITS - 3));
  return {
    add(hash) {
      const bit = hash >>> (32 - BITS);
      const mask = 1 << (bit & 7);
      const known = bits[bit >>> 3] as number;
      bits[bit >>> 3] = known | mask;
      return (known & mask) !== 0;
    },
  };
}

/** What all the rest refers to. */
const FIND_ANYTHING = `
  SELECT 1 WHERE EXISTS (SELECT 1 FROM cursors) OR EXISTS (SELECT 1 FROM sessions) OR EXISTS (SELECT 1 FROM requests)`;
