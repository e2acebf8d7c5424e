import { type Load, playMachines } from './teamLoad.ts';

// One of the generators of team.mts, which gets the time of every batch.
void playMachines(JSON.parse(process.argv[2] ?? '{}') as Load, (batch) => process.send?.(batch)).then(() =>
  process.disconnect?.(),
);
