/** One line of the table that a bench adds. */
export interface BenchRow {
  what: string;
  /** With its unit. */
  value: string;
  /** What it must not pass. */
  bound?: string;
  holds?: boolean;
}

/** A figure with what it must not pass. */
export function bounded(what: string, figure: number, bound: number, unit: string): BenchRow {
  return { what, value: `${round(figure)} ${unit}`, bound: `${bound} ${unit}`, holds: figure <= bound };
}

/** A row beside a bare SQL query of the same data: how many times as long as that the figure is. */
export function beside(row: BenchRow, figure: number, bareMs: number): BenchRow {
  return { ...row, value: `${row.value}, ${(figure / bareMs).toPrecision(2)} × plain SQL (${round(bareMs)} ms)` };
}

/** Three digits that mean something. */
function round(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}

/** Nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Prints a table in Markdown; the process fails when a bound does not hold. */
export function printRows(rows: readonly BenchRow[]): void {
  console.log('| Measured | Value | Bound | |\n| --- | --- | --- | --- |');
  for (const { what, value, bound = '', holds } of rows) {
    console.log(`| ${what} | ${value} | ${bound} | ${holds === undefined ? '' : holds ? 'holds' : 'BROKEN'} |`);
    if (holds === false) process.exitCode = 1;
  }
}
