import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { counts, place } from './transcriptHome.ts';

/** One window's engine: writes its role and, at every change, what it counts, as lines of JSON. Ends with its input. */
async function run(home: string, storageDir: string): Promise<void> {
  const tell = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  const engine = await openSharedEngine({
    agents: ALL_AGENTS,
    place: place(home),
    storageDir,
    version: '1.0.0',
    onRole: (role) => tell({ role }),
  });
  engine.onTrouble((trouble) => tell({ trouble }));
  engine.onChanged(async () => tell(await counts(engine)));
  await engine.sweep();
  tell(await counts(engine));
  process.stdin.on('data', async () => {
    await engine.sweep();
    tell({ asked: true, ...(await counts(engine)) });
  });
  process.stdin.on('end', async () => {
    await engine.dispose();
    process.exit(0);
  });
}

void run(process.argv[2] as string, process.argv[3] as string);
