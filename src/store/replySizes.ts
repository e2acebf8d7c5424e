import { steadyCharsPerToken } from '../ledger/estimate.ts';
import type { RequestRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';

/** The replies of one model, with or without hidden reasoning: their sizes are not comparable. */
export interface ReplyGroup {
  model: string;
  hidesThinking: boolean;
}

/** What is told of one reply. */
export type ReplySize = Pick<RequestRow, 'model' | 'hidesThinking' | 'estimated' | 'replyChars' | 'usage'>;

/**
 * How a model's replies become tokens, over all exactly recorded ones that are stored, whichever file they stand in. The rate in the end
 * depends on the set of stored requests alone: not on the order in which they came, nor on restarts in between.
 */
export interface ReplySizes {
  /** A request is stored: an exact reply counts towards its model's rate. */
  add(row: ReplySize): void;
  /** It is not stored like this any more. */
  remove(row: ReplySize): void;
  /** At which the stored replies of the model are estimated. */
  charsPerToken(of: ReplyGroup): number;
  /** Writes the changed sums. @returns the groups whose rate is another one now */
  settle(): ReplyGroup[];
  /** Forgets what is remembered: after a rollback it may not be so. */
  clear(): void;
}

interface Sums extends ReplyGroup {
  replies: number;
  chars: number;
  tokens: number;
  charsPerToken: number;
  isChanged: boolean;
}

export function replySizes(connection: Connection): ReplySizes {
  const known = new Map<string, Sums>();

  const sumsOf = ({ model, hidesThinking }: ReplyGroup): Sums => {
    const key = `${Number(hidesThinking)}${model}`;
    let sums = known.get(key);
    if (!sums) {
      const [replies = 0, chars = 0, tokens = 0, charsPerToken = steadyCharsPerToken(NO_REPLIES, hidesThinking)] =
        (connection.first(FIND_SIZES, [model, Number(hidesThinking)]) as number[] | undefined) ?? [];
      sums = { model, hidesThinking, replies, chars, tokens, charsPerToken, isChanged: false };
      known.set(key, sums);
    }
    return sums;
  };

  const count = (row: ReplySize, sign: 1 | -1): void => {
    if (row.estimated || row.replyChars === 0 || row.usage.output === 0) return;
    const sums = sumsOf(row);
    sums.replies += sign;
    sums.chars += sign * row.replyChars;
    sums.tokens += sign * row.usage.output;
    sums.isChanged = true;
  };

  return {
    add: (row) => count(row, 1),
    remove: (row) => count(row, -1),
    charsPerToken: (of) => sumsOf(of).charsPerToken,
    settle() {
      const moved: ReplyGroup[] = [];
      for (const sums of known.values()) {
        if (!sums.isChanged) continue;
        sums.isChanged = false;
        const { model, hidesThinking, replies, chars, tokens } = sums;
        const rate = steadyCharsPerToken(sums, hidesThinking);
        if (rate !== sums.charsPerToken) moved.push({ model, hidesThinking });
        sums.charsPerToken = rate;
        connection.run(SET_SIZES, [model, Number(hidesThinking), replies, chars, tokens, rate]);
      }
      return moved;
    },
    clear: () => known.clear(),
  };
}

const NO_REPLIES = { chars: 0, tokens: 0 };

const FIND_SIZES = `
  SELECT replies, chars, tokens, chars_per_token FROM reply_sizes WHERE model = ? AND hides_thinking = ?`;

const SET_SIZES = `
  INSERT OR REPLACE INTO reply_sizes (model, hides_thinking, replies, chars, tokens, chars_per_token) VALUES (?, ?, ?, ?, ?, ?)`;

/** The requests of a group whose output is estimated from the reply's size: few, and found by an index of their own. */
export const SIZE_ESTIMATED = `
  SELECT s.agent, s.user, r.request_key AS requestId
  FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id
  WHERE r.estimate IS NOT NULL AND r.hides_thinking = :hidesThinking AND c.model = :model`;
