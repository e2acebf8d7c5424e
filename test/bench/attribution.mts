// Holds the attribution of all sessions below a folder against itself, and against what a provider counted where that was recorded:
//   npm run check:attribution -- FOLDER

import path from 'node:path';
import { checkAttribution, homesBelow } from '../unit/engine/attributionCheck.ts';

const folder = path.resolve(process.argv[2] ?? 'test/fixtures');
const spent = new Map<string, { all: number; unattributed: number }>();
let problems = 0;
for (const home of homesBelow(folder)) {
  const check = await checkAttribution(home);
  for (const problem of check.problems) console.log(`${path.relative(folder, home)}: ${problem}`);
  problems += check.problems.length;
  for (const [agent, { all, unattributed }] of check.spent) {
    const known = spent.get(agent) ?? { all: 0, unattributed: 0 };
    spent.set(agent, { all: known.all + all, unattributed: known.unattributed + unattributed });
  }
}
for (const [agent, { all, unattributed }] of spent)
  console.log(
    `${agent}: ${unattributed} of ${all} tokens without an owner (${((100 * unattributed) / all).toFixed(2)} %)`,
  );
console.log(`${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;
