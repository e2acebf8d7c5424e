import assert from 'node:assert/strict';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { type documentAgent, ODD, reply } from './fakeAgents.ts';
import { fakeHome } from './fakeHome.ts';
import { collectTroubles, NOW_MS, ZONE } from './transcriptHome.ts';

describe('a document', () => {
  const { folder, agents, start, end, inSession, write, writer, put, figures, sweep, become } = fakeHome();

  it('is read as a whole when it changes, and not when it does not', async () => {
    const engine = await start();
    write('session.json', [reply('a'), ODD]);
    write('session.json', [reply('z')], 's2');
    await sweep(engine);
    assert.deepEqual(await figures(engine), [2, 220, 3, 1, 0]);
    assert.deepEqual(await sweep(engine), []);
    write('session.json', [reply('a', 30), reply('b'), ODD, { id: 'bad', input: -1, output: 0 }]);
    assert.deepEqual(await sweep(engine), ['s1/session.json']);
    assert.deepEqual(await figures(engine), [3, 350, 5, 1, 1]);
  });

  it('still counts requests that it does not tell any more', async () => {
    const engine = await start();
    write('session.json', [reply('a'), reply('b'), ODD]);
    await engine.sweep();
    write('session.json', [reply('a')]);
    await engine.sweep();
    assert.deepEqual(await figures(engine), [2, 220, 1, 0, 0]);
    rmSync(folder('.fake'), { recursive: true });
    await engine.sweep();
    assert.deepEqual(await figures(engine), [2, 220, 1, 0, 0]);
  });

  it('is not read again after a restart', async () => {
    const storePath = folder('storage', 'usage.db');
    write('session.json', [reply('a')]);
    put(await writer(inSession('more.db')), 's1', reply('b'));
    const first = await start({ storePath });
    await sweep(first);
    assert.deepEqual(await figures(first), [2, 220, 2, 0, 0]);
    await end();
    const second = await start({ storePath });
    assert.deepEqual(await sweep(second), []);
    assert.deepEqual(await figures(second), [2, 220, 2, 0, 0]);
  });

  it('is read again when only a companion changes: a file, a folder, a write-ahead log', async () => {
    const engine = await start();
    write('session.json', [reply('a')]);
    await engine.sweep();
    const more = await writer(inSession('more.db'));
    const steps: (() => unknown)[] = [
      () => write('extra.json', [reply('b')]),
      () => write('extra.json', [reply('b'), reply('c')]),
      () => write('parts/1.json', [reply('d')]),
      () => write('parts/1.json', [reply('d'), reply('e')]),
      () => put(more, 's1', reply('f')),
      () => put(more, 's1', reply('g')),
    ];
    for (const [index, step] of steps.entries()) {
      step();
      assert.deepEqual(await sweep(engine), ['s1/session.json'], `step ${index}`);
      assert.equal((await figures(engine))[0], index + 2);
      assert.deepEqual(await sweep(engine), [], `after step ${index}`);
    }
  });

  it('in the middle of being written keeps its last good state, and is read as soon as it is whole', async () => {
    const engine = await start();
    const troubles = collectTroubles(engine);
    write('session.json', [reply('a'), ODD]);
    await engine.sweep();
    const whole = JSON.stringify([reply('a'), reply('b')]);
    writeFileSync(inSession('session.json'), whole.slice(0, -5));
    const swept = engine.sweep();
    setTimeout(() => writeFileSync(inSession('session.json'), whole), 50);
    await swept;
    assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
    assert.deepEqual(troubles, []);
  });

  it('that stays half written is named once, not tried for ever, and read when it changes', async () => {
    const storePath = folder('storage', 'usage.db');
    const engine = await start({ storePath });
    const troubles = collectTroubles(engine);
    write('session.json', [reply('a'), ODD]);
    await engine.sweep();
    writeFileSync(inSession('session.json'), '[{"id":');
    assert.equal((await sweep(engine)).length, 3);
    assert.deepEqual(await sweep(engine), []);
    assert.deepEqual(await figures(engine), [1, 110, 2, 1, 0]);
    assert.deepEqual(
      troubles.map(({ message }) => /s1.session\.json \(UNFINISHED\)/.test(message)),
      [true],
    );
    const { coverage } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    assert.equal(coverage.files, 1);
    write('session.json', [reply('a'), reply('b')]);
    assert.equal((await sweep(engine)).length, 1);
    assert.deepEqual(await figures(engine), [2, 220, 2, 0, 0]);
  });

  it('that never rests does not keep a sweep from ending', async () => {
    const engine = await start();
    writeFileSync(inSession('session.json'), '[');
    const writing = setInterval(() => appendFileSync(inSession('session.json'), ' '), 20);
    try {
      assert.equal((await sweep(engine)).length, 3);
    } finally {
      clearInterval(writing);
    }
    write('session.json', [reply('a')]);
    await engine.sweep();
    assert.deepEqual(await figures(engine), [1, 110, 1, 0, 0]);
  });

  it('whose reader throws is counted as rejected, and stops nobody', async () => {
    const [documents] = agents() as [ReturnType<typeof documentAgent>];
    documents.read = (file) => {
      if (file.relativePath.startsWith('s1')) throw new TypeError('a bug');
      return [];
    };
    const engine = await start();
    write('session.json', [reply('a')]);
    write('session.json', [reply('b')], 's2');
    await engine.sweep();
    assert.deepEqual(await figures(engine), [0, 0, 1, 0, 1]);
  });

  it('is seen at once when it or a companion changes', async () => {
    write('session.json', [reply('a')]);
    const more = await writer(inSession('more.db'));
    const engine = await start({ watch: true });
    await engine.sweep();
    await become(engine, [1, 110, 1, 0, 0]);
    write('session.json', [reply('a'), reply('b')]);
    await become(engine, [2, 220, 2, 0, 0]);
    write('extra.json', [reply('c')]);
    await become(engine, [3, 330, 3, 0, 0]);
    write('parts/1.json', [reply('d')]);
    await become(engine, [4, 440, 4, 0, 0]);
    put(more, 's1', reply('e'));
    await become(engine, [5, 550, 5, 0, 0]);
    write('session.json', [reply('f')], 's2');
    await become(engine, [6, 660, 6, 0, 0]);
    write('parts/1.json', [reply('g')], 's2');
    await become(engine, [7, 770, 7, 0, 0]);
  }).timeout(10_000);
});
