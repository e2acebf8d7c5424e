import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { counts, place } from './transcriptHome.ts';
import type { Told, WindowOptions } from './windowProcess.ts';

/** The system closes the port of a process that is killed, but maybe a moment after its other sockets. */
const PORT_TRIES = 10;

/** One window's engine: writes its role and, at every change, what it counts, as lines of JSON. Ends with its input. */
async function run(options: WindowOptions): Promise<void> {
  const { home, storageDir, version = '1.0.0', protocol, ownerPort, waits } = options;
  const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`);
  if (waits) {
    tell({ waits });
    await once(process.stdin, 'data');
  }
  let owner: Server | undefined;
  const own = (triesLeft = PORT_TRIES): void => {
    owner = createServer();
    owner.on('error', () => (triesLeft > 0 ? setTimeout(own, 20, triesLeft - 1) : tell({ isSecondOwner: true })));
    owner.listen({ port: ownerPort, host: '127.0.0.1', exclusive: true });
  };
  const failed = (error: unknown): void => tell({ failed: String(error) });
  const engine = await openSharedEngine({
    agents: ALL_AGENTS,
    place: place(home),
    storageDir,
    version,
    protocol,
    onRole(role) {
      tell({ role });
      if (role === 'leader' && ownerPort !== undefined) own();
      if (role === 'none') owner?.close();
    },
  });
  engine.onTrouble((trouble) => tell({ trouble }));
  engine.onChanged(() => void counts(engine).then(tell, failed));
  process.stdin.on('data', () => {
    engine
      .sweep()
      .then(() => counts(engine))
      .then((counted) => tell({ asked: true, ...counted }), failed);
  });
  process.stdin.on('end', async () => {
    await engine.dispose();
    process.exit(0);
  });
  await engine.sweep();
  tell(await counts(engine));
}

void run(JSON.parse(process.argv[2] as string));
