import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../vscode/paths.mjs';
import { writeDocument } from './readme.ts';
import type { BenchRow } from './row.ts';

/** What docs/scale.md computes from. */
export interface TeamMeasured {
  rows: number;
  seconds: number;
  /** Of a row of requests with its index, and of where it counts. */
  requestBytes: number;
  placeBytes: number;
  /** Of the sums and the callers together, by row of requests. */
  sumBytes: number;
}

const FILE = path.join(projectRoot, 'docs/scale.md');
const mark = (name: string): [string, string] => [
  `<!-- ${name}: written by \`npm run bench:team -- --docs\` -->`,
  `<!-- ${name}: end -->`,
];

/** Puts text between two marks, in the place of what stood there. Throws when they are missing. */
function between(document: string, name: string, text: string): string {
  const [begin, end] = mark(name);
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/scale.md has no lines "${begin}" and "${end}"`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}

/** Writes what was measured and what follows from it into docs/scale.md. @param about on what, and beside what */
export function writeTeamDocs(measured: TeamMeasured, tables: { about: string; rows: BenchRow[] }[]): void {
  const text = tables.map(
    ({ about, rows }) =>
      `${about}\n\n${table(
        ['Measured', 'Value'],
        rows.map(({ what, value }) => [what, value]),
      )}`,
  );
  const written = between(readFileSync(FILE, 'utf8'), 'measured', text.join('\n\n'));
  writeDocument(FILE, between(written, 'computed', computedText(measured)));
}

/** What docs/scale.md says is computed, and from which figures it is. */
export const computedOf = (document: string): { text: string; from: TeamMeasured } => {
  const [begin, end] = mark('computed');
  const text = document.split(begin)[1]?.split(end)[0]?.trim() ?? '';
  return { text, from: JSON.parse(/<!-- from (\{.*?\}) -->/.exec(text)?.[1] ?? 'null') };
};

const MACHINES = 100_000;
/** Requests of a machine and working day: what 500 machines of the measurement make. */
const A_DAY = 220;
const DAYS = 250;
const BUSY_SECONDS = 8 * 3600;
const SHARDS = 16;
/** Dollars a month: assumed. */
const SERVER_USD = 400;
const SHARD_USD = 160;
const GB_USD = 0.12;

/** The arithmetic to 100,000 machines. */
export function computedText(measured: TeamMeasured): string {
  const perSecond = measured.rows / measured.seconds;
  const aDay = MACHINES * A_DAY;
  const aYear = aDay * DAYS;
  const busy = aDay / BUSY_SECONDS;
  const gb = (bytesOfARow: number): number => (aYear * bytesOfARow) / 1e9;
  const [requests, places, sums] = [gb(measured.requestBytes), gb(measured.placeBytes), gb(measured.sumBytes)];
  const kept = requests / 4 + places + sums;
  const all = requests + places + sums;
  const small = SERVER_USD + kept * GB_USD;
  const sharded = SHARDS * SHARD_USD + all * GB_USD;
  const round = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');
  const millions = (value: number): string => `${round(value / 1e6)} million`;
  const cents = (usd: number): string => `${((usd / MACHINES) * 100).toFixed(1)} cents`;
  return [
    `<!-- from ${JSON.stringify(measured)} -->`,
    '',
    table(
      ['Computed', 'How', 'Value'],
      [
        ['rows a day', `100,000 × ${A_DAY}`, millions(aDay)],
        ['rows a second, in eight busy hours', `${millions(aDay)} / 28,800`, round(busy)],
        ['the same at three times the average', '', round(busy * 3)],
        [
          'share of what the one server took',
          `${round(busy * 3)} / ${round(perSecond)}`,
          `${round((busy * 300) / perSecond)} %`,
        ],
        ['rows a year', `${millions(aDay)} × ${DAYS}`, `${round(aYear / 1e9)} billion`],
        ['requests on disk a year', `× ${round(measured.requestBytes)} bytes`, `${round(requests)} GB`],
        ['where each counts, a year', `× ${round(measured.placeBytes)} bytes`, `${round(places)} GB`],
        ['sums and callers on disk a year', `× ${round(measured.sumBytes)} bytes`, `${round(sums)} GB`],
        ['partitions a year', '12 months × 4 tables', '48 a shard'],
        ['largest partition, on one server', `${round(aYear / 1e9)} billion / 12`, `${millions(aYear / 12)} rows`],
        [`the same on ${SHARDS} shards`, `/ ${SHARDS}`, `${millions(aYear / 12 / SHARDS)} rows`],
        ['connections, one batch every 15 s', '100,000 / 15 × 30 ms', '200 busy at once'],
        ['network', `${round(busy)} × about 300 bytes as text`, `${round((busy * 300) / 1e6)} MB/s`],
        ['one server: requests of three months, all else of a year', '', `${round(kept)} GB`],
        [
          'its cost a month',
          `${SERVER_USD} + ${round(kept)} GB × ${GB_USD} dollars`,
          `${round(small)} dollars, ${cents(small)} a machine`,
        ],
        [
          `cost a month of ${SHARDS} shards with everything of a year`,
          `${SHARDS} × ${SHARD_USD} + ${round(all)} GB × ${GB_USD} dollars`,
          `${round(sharded)} dollars, ${cents(sharded)} a machine`,
        ],
      ],
    ),
  ].join('\n');
}

/** In Markdown, its columns aligned. */
function table(head: string[], rows: string[][]): string {
  const all = [head, head.map(() => ''), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const lines = all.map((row, index) =>
    index === 1
      ? `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
      : `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join(' | ')} |`,
  );
  return lines.join('\n');
}
