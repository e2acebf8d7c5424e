import type { CoverageRow, NotUnderstoodRow } from '../queries/coverage.ts';
import { counted, exactNumber, label } from './format.ts';

/** What was read and what was not understood, as lines for a log. No content of a record is among them. */
export function healthLines(input: {
  coverage: CoverageRow;
  notUnderstood: NotUnderstoodRow[];
  agentLabels: Record<string, string>;
  withoutTokens: { label: string; reason: string }[];
  locale: string;
}): string[] {
  const { coverage, locale } = input;
  const records = counted(coverage.records, 'record', 'records', locale);
  const files = counted(coverage.files, 'transcript', 'transcripts', locale);
  return [
    `Read ${records} of ${files}; ${coverage.rejectedRecords} rejected, ${coverage.unknownRecords} of unknown kinds, ${coverage.failedFiles} unreadable.`,
    ...input.withoutTokens.map(({ label: name, reason }) => `${name} is not counted: ${reason}.`),
    ...drift(input),
    ...input.notUnderstood
      .filter((row) => row.outcome === 'rejected')
      .map((row) => {
        const agent = agentName(row, input.agentLabels);
        return `${agent}: ${counted(row.records, 'record', 'records', locale)} rejected: ${label(row.detail)} (as in ${label(row.examplePath, 300)})`;
      }),
  ];
}

const DRIFT = { unknown: ['record kind', 'record kinds'], field: ['field', 'fields'] } as const;

/** What newer versions of an agent write that this program does not know: better said than silently not counted. */
function drift({ notUnderstood, agentLabels, locale }: Parameters<typeof healthLines>[0]): string[] {
  return (['unknown', 'field'] as const).flatMap((outcome) => {
    const rows = notUnderstood.filter((row) => row.outcome === outcome);
    const agents = [...new Set(rows.map((row) => agentName(row, agentLabels)))];
    return agents.map((agent) => {
      const kinds = rows.filter((row) => agentName(row, agentLabels) === agent);
      const [one, many] = DRIFT[outcome];
      const names = kinds.map((row) => `${label(row.detail, 60)} (${exactNumber(row.records, locale)})`).join(', ');
      return `${agent} writes ${counted(kinds.length, one, many, locale)} we do not know: ${names}`;
    });
  });
}

function agentName(row: NotUnderstoodRow, labels: Record<string, string>): string {
  const agent = labels[row.agent] ?? row.agent;
  return row.version === null ? agent : `${agent} ${label(row.version, 40)}`;
}
