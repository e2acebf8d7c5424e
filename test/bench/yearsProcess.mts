// Measures the pages of years of history in the Node that runs extensions, whose compiler is the user's: yearsProcess.mts <requests> <parts>
import { dashboard } from './dashboard.ts';
import { grid } from './grid.ts';
import type { BenchRow } from './row.ts';
import { makeYearsStore } from './yearsStore.ts';

const [requests, ...parts] = process.argv.slice(2);
const years = await makeYearsStore(Number(requests));
const rows: BenchRow[] = [];
try {
  if (parts.includes('dashboard')) rows.push(...(await dashboard(years)));
  if (parts.includes('grid')) rows.push(...(await grid(years)));
} finally {
  years.remove();
}
process.stdout.write(JSON.stringify(rows));
