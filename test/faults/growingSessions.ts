import { appendFileSync } from 'node:fs';
import type { Random } from '../fuzz/random.ts';
import { replyRecord, type TranscriptHome } from '../unit/engine/transcriptHome.ts';

/** Sessions that grow, and what is true of them. */
export interface GrowingSessions {
  /** Appends replies to a session; some are copies of replies of other sessions, as resumed sessions hold them, and count once. */
  grow(session: string, replies: number): void;
  /** Requests and tokens that were ever written. */
  truth(): { turns: number; tokens: number };
}

/** So much of the replies are copies. */
const COPIES = 0.2;

export function growingSessions(home: TranscriptHome, random: Random): GrowingSessions {
  const replies: string[] = [];
  let tokens = 0;
  const fresh = (session: string): string => {
    // Never less than what the text must have cost: a smaller count would be a placeholder, to be estimated.
    const output = 100 + random.below(5_000);
    tokens += 10 + 100 + 1000 + output;
    return replyRecord(session, `r${replies.length}`, { output_tokens: output });
  };
  return {
    grow(session, count) {
      const records: string[] = [];
      for (let n = 0; n < count; n++) {
        if (replies.length > 0 && random.chance(COPIES)) {
          records.push(random.pick(replies));
        } else {
          const record = fresh(session);
          replies.push(record);
          records.push(record);
        }
      }
      appendFileSync(home.file(session), records.map((record) => `${record}\n`).join(''));
    },
    truth: () => ({ turns: replies.length, tokens }),
  };
}
