// Faults that a machine has in store, for longer than a unit test may take:
//   npm run faults [seconds of chaos] [kills] [seed]

import { killsDuringIngest } from './kills.ts';
import { type WindowChaos, windowsInChaos } from './windows.ts';

const [seconds = 120, kills = 200, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
console.log(`seed ${seed}`);

const isWrong = (chaos: WindowChaos): boolean =>
  chaos.troubles.length + chaos.failures.length + chaos.secondOwners > 0 ||
  chaos.integrity !== 'ok' ||
  chaos.counted.some(({ turns, tokens }) => turns !== chaos.truth.turns || tokens !== chaos.truth.tokens);

let failed = false;
if (seconds > 0) {
  const chaos = await windowsInChaos({ windows: 8, sessions: 20, seconds, seed });
  console.log('windows that open, close and are killed while sessions grow', JSON.stringify(chaos, undefined, 2));
  failed ||= isWrong(chaos);
}
if (kills > 0) {
  const killed = await killsDuringIngest({ kills, seed, say: console.log });
  console.log('processes that are killed while they read', JSON.stringify(killed, undefined, 2));
  failed ||= killed.wrong.length > 0;
}
console.log(failed ? 'FAILED' : 'passed');
process.exitCode = failed ? 1 : 0;
