import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Engine } from '../../../src/engine/engineApi.ts';
import type { ServerSettings, ServerState } from '../../../src/engine/engineSettings.ts';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import { openSharedEngine } from '../../../src/engine/sharedEngine.ts';
import { engineServer } from '../../../src/server/engineServer.ts';
import { collectTroubles, place, type TranscriptHome, transcriptHome } from '../engine/transcriptHome.ts';
import { TOKEN } from './served.ts';

const OTHER_TOKEN = 'another-token-9876543210';

describe('the server of the machine’s engine', function () {
  this.timeout(60_000);
  let home: TranscriptHome;
  const engines: Engine[] = [];

  const open = async (server?: ServerSettings): Promise<Engine> => {
    const engine = await openSharedEngine({
      agents: ALL_AGENTS,
      storageDir: home.storageDir,
      version: '1.0.0',
      place: place(home.folder),
      settings: { ...NO_SETTINGS, server },
      serve: (own, tell) => engineServer(own, tell, { version: '1.0.0', tryAgainMs: 20 }),
    });
    engines.push(engine);
    return engine;
  };
  const becomes = async (engine: Engine, state: ServerState['state']): Promise<ServerState> => {
    for (;;) {
      const server = await engine.server();
      if (server.state === state) return server;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const statusAt = (port: number, token: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/usage`, { headers: { Authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
      () => 0,
    );
  /** A port, with a program on it until it is let go. */
  const takePort = async (): Promise<{ port: number; free(): Promise<void> }> => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return {
      port: typeof address === 'object' ? (address?.port ?? 0) : 0,
      free: () => new Promise((resolve) => server.close(() => resolve())),
    };
  };

  beforeEach(() => {
    home = transcriptHome();
    home.reply('s1', 'a');
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
    home.remove();
  });

  it('is off without settings', async () => {
    const engine = await open();
    assert.deepEqual(await engine.server(), { state: 'off' });
  });

  it('is one, whose address every window knows, and goes on at the same port when the leader ends', async () => {
    const { port, free } = await takePort();
    await free();
    const leader = await open({ port, token: TOKEN });
    const follower = await open({ port, token: TOKEN });
    const listening = { state: 'listening', address: `http://127.0.0.1:${port}` };
    assert.deepEqual(await becomes(leader, 'listening'), listening);
    assert.deepEqual(await follower.server(), listening);
    assert.equal(await statusAt(port, TOKEN), 200);
    await leader.dispose();
    assert.deepEqual(await becomes(follower, 'listening'), listening);
    assert.equal(await statusAt(port, TOKEN), 200);
  });

  it('takes another token, begins and ends as the settings say, whichever window says so', async () => {
    const { port, free } = await takePort();
    await free();
    const leader = await open();
    const follower = await open();
    await follower.configure({ ...NO_SETTINGS, server: { port, token: TOKEN } });
    await becomes(leader, 'listening');
    assert.equal(await statusAt(port, TOKEN), 200);
    await leader.configure({ ...NO_SETTINGS, server: { port, token: OTHER_TOKEN } });
    while ((await statusAt(port, OTHER_TOKEN)) !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(await statusAt(port, TOKEN), 401);
    await follower.configure(NO_SETTINGS);
    await becomes(leader, 'off');
    assert.equal(await statusAt(port, OTHER_TOKEN), 0);
  });

  it('says once that its port is taken, does everything else, and begins when the port is free', async () => {
    const { port, free } = await takePort();
    const engine = await open({ port, token: TOKEN });
    const troubles = collectTroubles(engine);
    const failed = await becomes(engine, 'failed');
    const sentence = `Port ${port} of this machine is in use by another program. Choose another one, or end that program.`;
    assert.equal(failed.state === 'failed' && failed.message, sentence);
    await engine.sweep();
    const { totals } = await engine.usage({ window: 'all', timeZone: 'UTC', nowMs: Date.now() });
    assert.equal(totals.turns, 1);
    // It tries again all the time.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(
      troubles.map(({ severity, message }) => [severity, message]),
      [['error', sentence]],
    );
    await free();
    await becomes(engine, 'listening');
    assert.equal(await statusAt(port, TOKEN), 200);
  });
});
