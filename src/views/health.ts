import type { CoverageRow, NotUnderstoodRow } from '../queries/coverage.ts';
import { counted, label } from './format.ts';

/** What was read and what was not understood, as lines for a log. No content of a record is among them. */
export function healthLines(input: {
  coverage: CoverageRow;
  notUnderstood: NotUnderstoodRow[];
  agentLabels: Record<string, string>;
  locale: string;
}): string[] {
  const { coverage, locale } = input;
  const records = counted(coverage.records, 'record', 'records', locale);
  const files = counted(coverage.files, 'transcript', 'transcripts', locale);
  return [
    `Read ${records} of ${files}; ${coverage.rejectedRecords} rejected, ${coverage.unknownRecords} of unknown kinds, ${coverage.failedFiles} unreadable.`,
    ...input.notUnderstood.map((row) => {
      const agent = input.agentLabels[row.agent] ?? row.agent;
      const what = row.outcome === 'unknown' ? 'of the unknown kind' : 'rejected:';
      return `${agent}: ${counted(row.records, 'record', 'records', locale)} ${what} ${label(row.detail)} (as in ${label(row.examplePath, 300)})`;
    }),
  ];
}
