// Holds the scanner against JSON.parse: `npm run fuzz -- [--seed N] [--lines N]`. Ends with 1 at the first difference.
import { parseArgs } from 'node:util';
import { compileScanner } from '../../vite.scanner.mts';
import { fuzz, subjects } from './fuzz.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, lines: { type: 'string', default: '1000000' } },
});
const all = subjects(new WebAssembly.Module(await compileScanner()));
for (const subject of all) {
  const began = performance.now();
  const { round, lines, scanned, difference } = fuzz(subject, Number(values.seed), Number(values.lines) / all.length);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${subject.agent.id}: ${lines} lines, ${scanned} of them scanned, ${seconds} s, seeds up to ${round}`);
  if (!difference) continue;
  console.log(`a difference with --seed ${round}`);
  console.log(JSON.stringify({ ...difference, line: difference.line.toString('latin1') }, undefined, 1));
  process.exitCode = 1;
}
