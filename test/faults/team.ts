// PostgreSQL and machines killed at random while 20 machines tell their team of a million requests:
//   npm run faults:team [-- rows seed layout]     layout: functions, or journal

import { teamInChaos } from '../team/teamInChaos.ts';

const [rows = 1_000_000, seed = Date.now() % 1_000_000] = process.argv.slice(2, 4).map(Number);
const layout = process.argv[4] === 'journal' ? 'journal' : 'functions';

async function run(): Promise<void> {
  console.log(`seed ${seed}`);
  const began = performance.now();
  const chaos = await teamInChaos({
    machines: 20,
    rows: Math.ceil(rows / 20),
    processes: 4,
    everyMs: 4_000,
    seed,
    layout,
  });
  const isSame =
    JSON.stringify(chaos.own) === JSON.stringify(chaos.rows) &&
    JSON.stringify(chaos.own) === JSON.stringify(chaos.slots) &&
    chaos.isEachRowSame &&
    Object.values(chaos.stray).every((rows) => rows === 0);
  const { serverKills, machineKills, own, isEachRowSame, stray } = chaos;
  console.log(
    `${((performance.now() - began) / 1000).toFixed(0)} s, ${serverKills} kills of PostgreSQL, ${machineKills} of processes with five machines each`,
  );
  console.log(`each row the same: ${isEachRowSame}; rows that follow from no request: ${JSON.stringify(stray)}`);
  console.log(JSON.stringify(isSame ? own : chaos, undefined, 2));
  console.log(isSame ? 'passed: the team has exactly what the machines have' : 'FAILED');
  process.exitCode = isSame ? 0 : 1;
}

void run();
