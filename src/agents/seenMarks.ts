/** Which records of a rewritten or repeating transcript were already told. Short marks instead of ids, to keep a reader's state small. */
export interface SeenMarks {
  has(key: string): boolean;
  /** Adds a key. @returns whether it was new */
  add(key: string): boolean;
  /** The marks, oldest first: plain data for a reader's state. */
  list(): string[];
}

/** Marks kept at a time: far more than the records of a session; what is older is not repeated any more. */
const MOST_MARKS = 8000;

/** The marks of a new reader, or those of a saved `list()`. */
export function seenMarks(saved: readonly string[] = []): SeenMarks {
  const marks = new Set<string>(saved);
  return {
    has: (key) => marks.has(markOf(key)),
    add(key) {
      const mark = markOf(key);
      if (marks.has(mark)) return false;
      marks.add(mark);
      if (marks.size > MOST_MARKS) for (const oldest of marks) if (marks.delete(oldest)) break;
      return true;
    },
    list: () => [...marks],
  };
}

/** A key as 53 bits in base 36: two 32-bit hashes, mixed. With thousands of keys two still differ but for one chance in a hundred million. */
export function markOf(key: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}
