import type { BenchRow } from '../row.ts';
import type { Comparison, Result } from './compare.ts';
import { OURS } from './contender.ts';

/** The comparisons as a table in Markdown: times, and in brackets how many times as long as ours; below, what each counted. */
export function comparisonTable(labels: readonly string[], comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ what, results }) => {
    const own = results[OURS];
    return [what, ...labels.map((label) => timeCell(results[label], label === OURS ? undefined : own))];
  });
  for (const corpus of new Set(comparisons.map((each) => each.corpus))) {
    const own = comparisons.filter((each) => each.corpus === corpus);
    rows.push([`Error of the tokens: ${corpus}`, ...labels.map((label) => errorCell(own, label))]);
  }
  return [['', ...labels], ['---', ...labels.map(() => '---')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Whether ours stays below what it may take of ccusage's time. */
export function comparisonRows(comparisons: readonly Comparison[]): BenchRow[] {
  return comparisons.flatMap(({ what, results, bounds }) => {
    const own = results[OURS];
    const peer = Object.entries(results).find(([label]) => label.startsWith('ccusage'))?.[1];
    if (!own || !peer || 'why' in own || 'why' in peer) return [];
    const row = (name: string, ratio: number, bound: number | undefined): BenchRow => ({
      what: `${what}: ${name} as a part of ccusage's`,
      value: ratio.toFixed(3),
      ...(bound === undefined ? {} : { bound: bound.toFixed(3), holds: ratio <= bound }),
    });
    return [
      row('time', own.wallMs / peer.wallMs, bounds?.wall),
      row('processor time', own.cpuMs / peer.cpuMs, bounds?.cpu),
    ];
  });
}

function timeCell(result: Result | undefined, own: Result | undefined): string {
  if (!result) return '';
  if ('why' in result) return result.why.replaceAll(/\s+/g, ' ').replaceAll('|', '/').slice(0, 120);
  const time = `${seconds(result.wallMs)}, processor ${seconds(result.cpuMs)}`;
  if (!own || 'why' in own) return time;
  return `${time} (${times(result.wallMs / own.wallMs)}, ${times(result.cpuMs / own.cpuMs)})`;
}

const seconds = (ms: number): string =>
  Number.isNaN(ms) ? 'unknown' : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
const times = (ratio: number): string => (Number.isNaN(ratio) ? '?' : `×${ratio.toPrecision(ratio < 100 ? 2 : 3)}`);

/** The largest error over all of them. */
function errorCell(comparisons: readonly Comparison[], label: string): string {
  const counted = comparisons.flatMap(({ results }) => {
    const result = results[label];
    return result && !('why' in result) ? [result] : [];
  });
  if (counted.length === 0) return '';
  const total = largest(counted.map(({ totalError }) => totalError));
  const output = largest(counted.map(({ outputError }) => outputError));
  return total === 0 && output === 0 ? 'exact' : `${percent(total)} (output ${percent(output)})`;
}

const largest = (errors: readonly number[]): number =>
  errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);

const percent = (share: number): string =>
  share === 0
    ? '0 %'
    : `${share > 0 ? '+' : '−'}${Math.max(0.001, Math.abs(100 * share)).toFixed(Math.abs(share) < 0.01 ? 3 : 1)} %`;
