import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectIn, type Listening, listenIn } from '../../../src/engine/endpoint.ts';
import { answerGreetings, connectionOn, greet, type Welcome } from '../../../src/engine/greeting.ts';
import { isNewerVersion } from '../../../src/engine/version.ts';

describe('greeting', () => {
  const me = { protocol: '1', version: '1.0.0' };
  let folder: string;
  let listening: Listening;
  let owner: Socket | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'greet-'));
    listening = await listenIn(folder);
    owner = undefined;
    listening.server.on('connection', (socket) => {
      owner = socket;
    });
  });
  afterEach(() => {
    owner?.destroy();
    listening.close();
    rmSync(folder, { recursive: true });
  });

  it('brings what the owner of the store says', async () => {
    const welcome: Welcome = { protocol: '7', version: '9.0.0', answer: 'stranger' };
    listening.server.on('connection', (socket) => {
      const connection = connectionOn(socket);
      answerGreetings(connection, (greeting) => {
        assert.deepEqual(greeting, me);
        return welcome;
      });
      connection.listen();
    });
    const met = await greet(await connectIn(folder, listening.endpoint), me);
    assert.deepEqual(met.welcome, welcome);
    owner?.destroy();
    await met.turned;
    await met.closed;
  });

  it('takes an owner that closes the connection for one that leaves', async () => {
    listening.server.on('connection', (socket) => socket.destroy());
    const met = await greet(await connectIn(folder, listening.endpoint), me);
    assert.equal(met.welcome?.answer, 'leaving');
  });

  it('does not wait for ever for an owner that says nothing, and hears when it ends', async () => {
    const connected = once(listening.server, 'connection');
    const met = await greet(await connectIn(folder, listening.endpoint), me, 20);
    assert.equal(met.welcome, undefined);
    await connected;
    owner?.destroy();
    await met.turned;
  });
});

describe('isNewerVersion', () => {
  const cases: [version: string, other: string, isNewer: boolean][] = [
    ['1.0.0', '1.0.0', false],
    ['1.0.1', '1.0.0', true],
    ['1.10.0', '1.9.9', true],
    ['1.9.9', '1.10.0', false],
    ['2.0.0', '1.99.99', true],
    ['1.0.0-beta', '1.0.0', false],
    ['0.0.1', 'what', true],
    ['what', '0.0.1', false],
    ['what', 'else', false],
  ];
  for (const [version, other, isNewer] of cases) {
    it(`${version} is ${isNewer ? '' : 'not '}newer than ${other}`, () =>
      assert.equal(isNewerVersion(version, other), isNewer));
  }
});
