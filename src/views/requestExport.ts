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

export const requestExport = (format: ExportFormat): RequestExport => (format === 'csv' ? CSV : JSON_ARRAY);

/** RFC 4180, with the mark by which Excel knows UTF-8. */
const CSV: RequestExport = {
  begin: `\uFEFF${csvLine([...FIELDS, 'path', 'offset'])}\r\n`,
  rows: (requests) =>
    requests
      .map((request) => {
        const cells = FIELDS.map((field) => {
          const value = request[field];
          return typeof value === 'boolean' ? String(value) : value;
        });
        return `${csvLine([...cells, request.source.path, request.source.offset])}\r\n`;
      })
      .join(''),
  end: '',
};

const JSON_ARRAY: RequestExport = {
  begin: '[',
  rows: (requests, isFirst) =>
    requests
      .map((request, i) => {
        const fields = Object.fromEntries(FIELDS.map((field) => [field, request[field]]));
        const { path, offset } = request.source;
        return `${isFirst && i === 0 ? '' : ','}\n${JSON.stringify({ ...fields, path, offset })}`;
      })
      .join(''),
  end: '\n]\n',
};
