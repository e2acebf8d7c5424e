import type { CostShown } from './costShown.ts';
import type { ExportFormat } from './requestGridView.ts';
import { csvLine } from './textTable.ts';
import type { RequestReport } from './usageReport.ts';

/** What is exported of a request: the figures and names of the command line's `requests`, one value each. */
const FIELDS = [
  'at',
  'agent',
  'name',
  'provider',
  'model',
  'input_tokens',
  'cache_read',
  'cache_creation',
  'cache_creation_1h',
  'output_tokens',
  'reasoning_tokens',
  'total_tokens',
  'cost_usd',
  'cost_shown',
  'price_source',
  'estimated',
  'rule',
  'session',
  'thread',
  'workspace',
  'account',
  'user',
  'request',
] as const satisfies readonly (keyof RequestReport)[];

/** A file of requests, piece by piece: any number of them in constant memory. Numbers are not formatted, times are ISO 8601 in UTC. */
export interface RequestExport {
  begin: string;
  /** Some requests. @param isFirst none were written before */
  rows(requests: readonly RequestReport[], isFirst: boolean): string;
  end: string;
}

/** @param cost as the user wants costs: where they are off, nothing of them is in the file */
export function requestExport(format: ExportFormat, cost: CostShown = 'list'): RequestExport {
  const fields = cost === 'off' ? FIELDS.filter((field) => !COST_FIELDS.includes(field)) : FIELDS;
  const made = format === 'csv' ? csv(fields) : jsonArray(fields);
  if (cost !== 'api-equivalent') return made;
  const named = (request: RequestReport): RequestReport =>
    request.cost_shown === 'list' ? { ...request, cost_shown: cost } : request;
  return { ...made, rows: (requests, isFirst) => made.rows(requests.map(named), isFirst) };
}

type Field = (typeof FIELDS)[number];
const COST_FIELDS: readonly Field[] = ['cost_usd', 'cost_shown', 'price_source'];

/** RFC 4180, with the mark by which Excel knows UTF-8. */
const csv = (fields: readonly Field[]): RequestExport => ({
  begin: `\uFEFF${csvLine([...fields, 'path', 'offset'])}\r\n`,
  rows: (requests) =>
    requests
      .map((request) => {
        const cells = fields.map((field) => {
          const value = request[field];
          return typeof value === 'boolean' ? String(value) : value;
        });
        return `${csvLine([...cells, request.source.path, request.source.offset])}\r\n`;
      })
      .join(''),
  end: '',
});

const jsonArray = (names: readonly Field[]): RequestExport => ({
  begin: '[',
  rows: (requests, isFirst) =>
    requests
      .map((request, i) => {
        const fields = Object.fromEntries(names.map((field) => [field, request[field]]));
        const { path, offset } = request.source;
        return `${isFirst && i === 0 ? '' : ','}\n${JSON.stringify({ ...fields, path, offset })}`;
      })
      .join(''),
  end: '\n]\n',
});
