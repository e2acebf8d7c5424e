import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';
import { at, call, fold, inWindow, owners, request, result, sharesOf, text } from './foldedEvents.ts';

describe('the fold of a thread', () => {
  const conversation: AgentEvent[] = [
    text('user', 380),
    request('r1', { input: 10, cacheWrite5m: 990, output: 60 }),
    text('model', 76, 'r1'),
    call('c1', 'read', '/a.ts', 66, 'r1'),
    result('c1', 3300),
    request('r2', { input: 5, cacheRead: 1000, cacheWrite5m: 1055, output: 40 }),
    text('model', 152, 'r2'),
  ];

  it('gives the first prompt to what is known and the rest to the system', () => {
    const { requests } = fold(conversation.slice(0, 2));
    assert.deepEqual(sharesOf(requests[0]), {
      system: { input: 0, cacheRead: 0, cacheWrite5m: 900, cacheWrite1h: 0, output: 0 },
      user: { input: 10, cacheRead: 0, cacheWrite5m: 90, cacheWrite1h: 0, output: 0 },
      model: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 60 },
    });
  });

  it('shares growth over the reply and the results that entered, and lays the cache over the prompt', () => {
    const folded = fold(conversation);
    const { requests, threads } = folded;
    // 1060 tokens entered: a reply of 60 (text 30, call 30) and a result estimated at 1000.
    assert.deepEqual(sharesOf(requests[1]), {
      system: { input: 0, cacheRead: 900, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      user: { input: 0, cacheRead: 100, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      model: { input: 0, cacheRead: 0, cacheWrite5m: 30, cacheWrite1h: 0, output: 40 },
      read: { input: 5, cacheRead: 0, cacheWrite5m: 1025, cacheWrite1h: 0, output: 0 },
    });
    assert.deepEqual(inWindow(folded), { system: 900, user: 100, model: 70, 'read /a.ts': 1030 });
    assert.equal(threads[0]?.contextTokens, 2100);
  });

  it('keeps the maximum of repeated rows and their first time', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1 }, { outputIsPlaceholder: true }),
      request('r1', { input: 10, output: 80 }, { atMs: 2000 }),
      request('r1', { input: 10, output: 8 }, { outputIsPlaceholder: true }),
    ]);
    assert.deepEqual(
      requests.map((row) => [row.usage.output, row.atMs, row.estimated]),
      [[80, 1000, false]],
    );
  });

  it('estimates the output where only a placeholder was recorded, and says so', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1 }, { outputIsPlaceholder: true }),
      text('model', 370, 'r1'),
    ]);
    assert.deepEqual([requests[0]?.usage.output, requests[0]?.estimated], [100, true]);
  });

  it('calibrates the estimate on exact replies of the same model', () => {
    const { requests } = fold([
      request('r1', { input: 10, output: 1000 }),
      text('model', 2000, 'r1'),
      request('r2', { input: 1010, output: 1 }, { outputIsPlaceholder: true }),
      text('model', 300, 'r2'),
      request('r3', { input: 1200, output: 1 }, { outputIsPlaceholder: true, model: 'another' }),
      text('model', 370, 'r3'),
    ]);
    assert.deepEqual(
      requests.map((row) => row.usage.output),
      [1000, 150, 100],
    );
  });

  it('takes replies whose usage is recorded behind them, and results that overtake it', () => {
    const folded = fold([
      call('c1', 'bash', 'git diff', 33),
      result('c1', 330),
      request('r1', { input: 1000, output: 10 }),
      request('r2', { input: 1110, output: 1 }),
    ]);
    assert.deepEqual(sharesOf(folded.requests[0]).bash, {
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 10,
    });
    assert.deepEqual(inWindow(folded), { system: 1000, 'bash git diff': 110, model: 1 });
  });

  it('takes names that objects are born with for what they are: names', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const folded = fold(
      names.flatMap((name) => [
        request(name, { input: 1000, output: 500 }, { model: name }),
        call(name, 'read', name, 100, name),
        result(name, 1000),
      ]),
    );
    const targets = owners(folded)
      .filter((owner) => owner.kind === 'read')
      .map((owner) => [owner.target, owner.calls]);
    assert.deepEqual(
      targets,
      names.map((name) => [name, 1]),
    );
    assert.equal(({} as { chars?: number }).chars, undefined);
  });

  it('begins a new segment after a compaction: the preamble stays, the rest is the summary', () => {
    const folded = fold([
      ...conversation,
      { ...at, type: 'boundary', kind: 'compaction', atMs: 3000, tokensBefore: 2100, isAutomatic: true },
      { ...at, type: 'block', role: 'user', part: 'summary', chars: 380 },
      request('r3', { input: 1300, output: 1 }),
    ]);
    assert.deepEqual(inWindow(folded), { system: 900, model: 1, summary: 400 });
    const [thread] = folded.threads;
    assert.deepEqual([thread?.compactedAtMs, thread?.compactedAtTokens], [3000, 2100]);
  });

  it('marks the context right after a compaction as estimated', () => {
    const { threads } = fold([
      ...conversation,
      { ...at, type: 'boundary', kind: 'compaction', atMs: 3000, tokensAfter: 1200 },
    ]);
    assert.deepEqual([threads[0]?.contextTokens, threads[0]?.contextEstimated], [1200, true]);
  });

  it('gives growth that nothing that arrived can explain to the system prompt', () => {
    const window = inWindow(
      fold([
        text('user', 380),
        request('r1', { input: 1000, output: 50 }),
        text('user', 380),
        request('r2', { input: 5150, output: 1 }),
      ]),
    );
    assert.deepEqual(window, { system: 4900, user: 200, model: 51 });
  });

  it('takes from the oldest tool results when a context shrinks', () => {
    const window = inWindow(fold([...conversation, request('r3', { input: 1500, output: 1 })]));
    assert.equal(window.system, 900);
    assert.equal(window.user, 100);
    assert.ok((window['read /a.ts'] ?? 0) < 1030);
  });

  it('leaves a thread known only from copies to the file that owns it', () => {
    const { requests, threads } = fold([request('r1', { input: 5, output: 1 }, { isCopy: true })]);
    assert.deepEqual([requests.length, threads.length], [1, 0]);
  });

  it('tells only the launch of a subagent whose messages it saw as copies', () => {
    const launch: AgentEvent = { ...at, thread: 'a1', type: 'session', agentName: 'Explore', parentThread: 'main' };
    const copy = request('r1', { input: 5, output: 1 }, { thread: 'a1', isCopy: true });
    const { threads } = fold([{ ...launch, launchCallId: 'call_1' }, { ...launch, launchCallId: 'call_2' }, copy]);
    assert.deepEqual(
      threads.map(({ thread, agentName, parentThread, launchCallId, lastAtMs, contextTokens, windowKinds }) => [
        ...[thread, agentName, parentThread, launchCallId, lastAtMs, contextTokens],
        windowKinds.length,
      ]),
      [['a1', 'Explore', 'main', 'call_1', 0, 0, 0]],
    );
  });
});
