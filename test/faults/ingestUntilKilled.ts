import { writeSync } from 'node:fs';
import { ALL_AGENTS } from '../../src/agents/allAgents.ts';
import { createOwnedEngine } from '../../src/engine/ownedEngine.ts';
import { place } from '../unit/engine/transcriptHome.ts';

/** Reads a home into a store and says when it begins and when it is done; then waits to be killed. */
async function run(home: string, storePath: string): Promise<void> {
  const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home), storePath });
  writeSync(1, 'began\n');
  await engine.sweep();
  writeSync(1, 'done\n');
  setInterval(() => undefined, 60_000);
}

void run(process.argv[2] as string, process.argv[3] as string);
