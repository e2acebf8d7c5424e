import type { RecordReading } from '../agents/agent.ts';
import type { RecordCounts, RecordDetail } from '../store/batch.ts';

/** Counts the records of one file, and what was not understood of them. */
export interface RecordCounter {
  count(reading: Pick<RecordReading, 'outcome' | 'detail' | 'unknownFields'>): void;
  counts(): RecordCounts;
}

/** Details kept per file; more kinds than these are counted as one. */
const MAX_DETAILS = 50;
const MAX_DETAIL_CHARS = 100;

/** @param before counts to go on from */
export function recordCounter(before?: RecordCounts): RecordCounter {
  let { records = 0, unknownRecords = 0, rejectedRecords = 0 } = before ?? {};
  const details = new Map<string, RecordDetail>(
    before?.details.map((detail) => [`${detail.outcome} ${detail.detail}`, { ...detail }]),
  );
  const add = (outcome: RecordDetail['outcome'], stated: string): void => {
    const text = stated.slice(0, MAX_DETAIL_CHARS);
    const isKnown = details.has(`${outcome} ${text}`) || details.size < MAX_DETAILS;
    const detail = isKnown ? text : 'more kinds';
    const entry = details.get(`${outcome} ${detail}`);
    if (entry) entry.records++;
    else details.set(`${outcome} ${detail}`, { outcome, detail, records: 1 });
  };
  return {
    count({ outcome, detail: stated = '', unknownFields }) {
      records++;
      if (unknownFields !== undefined) for (const field of unknownFields) add('field', field);
      if (outcome === 'read') return;
      if (outcome === 'unknown') unknownRecords++;
      else rejectedRecords++;
      add(outcome, stated);
    },
    counts: () => ({ records, unknownRecords, rejectedRecords, details: [...details.values()] }),
  };
}

/** What a reader that throws is counted as: it is a bug, but not one for which the rest goes unread. */
export const readerFailed = (error: unknown): Pick<RecordReading, 'outcome' | 'detail'> => ({
  outcome: 'rejected',
  detail: `reader failed: ${error instanceof Error ? error.name : 'unknown'}`,
});
