import type { ClineTurn } from './clineHistory.ts';
import { clineTimeMs } from './clineTime.ts';
import type { ClineRequest } from './clineUsage.ts';
import { type Fields, fields, list, text } from './fields.ts';

/** A message of `ui_messages.json` with a time and a kind. */
export interface Row {
  kind: string;
  atMs: number;
  data: Fields;
  offset: number;
}

/** The reply that belongs to each request: by time where replies have one, else counted from the end, as both lists lose their beginning. */
export function turnsByRequest(
  turns: readonly ClineTurn[],
  stated: ReadonlyMap<Row, ClineRequest | 'rejected' | undefined>,
): Map<Row, ClineTurn> {
  const replies = turns.filter((turn) => turn.reply.length > 0);
  const all = [...stated.keys()];
  const found = new Map<Row, ClineTurn>();
  const add = (row: Row | undefined, turn: ClineTurn): void => {
    const known = row && found.get(row);
    if (known) {
      known.before.push(...turn.before);
      known.reply.push(...turn.reply);
    } else if (row) found.set(row, { ...turn, before: [...turn.before], reply: [...turn.reply] });
  };
  if (replies.every((turn) => turn.atMs !== undefined)) {
    let next = 0;
    for (const turn of replies) {
      while (next + 1 < all.length && (all[next + 1]?.atMs ?? 0) <= (turn.atMs ?? 0)) next++;
      add(all[next], turn);
    }
    return found;
  }
  const counted = all.filter((row) => stated.get(row) !== undefined);
  replies.forEach((turn, index) => {
    add(counted[counted.length - replies.length + index] ?? counted[0], turn);
  });
  return found;
}

/** Which model answered, and for which provider as the agent names it. */
export interface Writer {
  model: string;
  provider?: string;
}
/** When nothing names the model. */
export const UNKNOWN_WRITER: Writer = { model: 'unknown' };

/** The writer of each request: what its message says, its prompt, the task's record of models, or the requests around it. */
export function writersOf(
  requests: readonly Row[],
  turns: ReadonlyMap<Row, ClineTurn>,
  metadata: Fields,
): Map<Row, Writer> {
  const used = list(metadata.model_usage).flatMap((value): (Writer & { atMs: number })[] => {
    const entry = fields(value);
    const model = text(entry?.model_id);
    const atMs = clineTimeMs(entry?.ts);
    return model === undefined || atMs === undefined ? [] : [{ model, provider: text(entry?.model_provider_id), atMs }];
  });
  const known = requests.map((row, index): Writer | undefined => {
    const info = fields(row.data.modelInfo);
    const turn = turns.get(row);
    const untilMs = requests[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const recorded = used.findLast((entry) => entry.atMs < untilMs);
    const model = text(info?.modelId) ?? turn?.model ?? recorded?.model;
    return model === undefined
      ? undefined
      : { model, provider: text(info?.providerId) ?? turn?.provider ?? recorded?.provider };
  });
  let last = known.find((writer) => writer !== undefined) ?? UNKNOWN_WRITER;
  return new Map(
    requests.map((row, index) => {
      last = known[index] ?? last;
      return [row, last];
    }),
  );
}
