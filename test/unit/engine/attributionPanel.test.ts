import assert from 'node:assert/strict';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Engine } from '../../../src/engine/engineApi.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import type { AttributionView, Lens, TurnRange } from '../../../src/views/attributionView.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { homeWithDatabases } from '../agents/fixtureHome.ts';

const SAMPLE = path.join(import.meta.dirname, '../../fixtures/sample/home');
const PARENT = 'claude-code:2c191fbf-9602-4a12-8616-c2491620e714';
const LENSES: Lens[] = ['window', 'spent', 'in-flight'];

describe('the attribution panel of stored sessions', () => {
  let engine: Engine;
  let keys: string[];
  const ask = (more: { lens?: Lens; sessionKey?: string; thread?: string; range?: TurnRange; folders?: string[] }) =>
    engine.attribution({
      locale: 'en',
      timeZone: 'Pacific/Auckland',
      nowMs: Date.UTC(2026, 10, 20),
      thresholds: DEFAULT_THRESHOLDS,
      folders: [],
      lens: 'window',
      ...more,
    });
  const tokensByKind = (view: AttributionView): Map<string, number> =>
    new Map(view.bar.legend.map((part) => [part.kind, part.tokens]));

  before(async () => {
    const place = { home: homeWithDatabases(SAMPLE), env: {}, platform: 'linux' } as const;
    engine = await createLocalEngine({ agents: ALL_AGENTS, place });
    await engine.sweep();
    keys = (await ask({})).sessions.map((session) => session.key).filter((key) => key !== '');
  });
  after(() => engine.dispose());

  it('divides what was spent and in flight exactly over any two parts of a thread', async () => {
    assert.ok(keys.length > 10);
    for (const sessionKey of keys)
      for (const lens of ['spent', 'in-flight'] as const) {
        const whole = await ask({ lens, sessionKey });
        const turns = whole.timeline?.turns ?? 0;
        if (turns < 2) continue;
        const cut = Math.ceil(turns / 3);
        const [first, second] = await Promise.all([
          ask({ lens, sessionKey, range: { from: 1, to: cut } }),
          ask({ lens, sessionKey, range: { from: cut + 1, to: turns } }),
        ]);
        const sums = tokensByKind(first);
        for (const [kind, tokens] of tokensByKind(second)) sums.set(kind, (sums.get(kind) ?? 0) + tokens);
        assert.deepEqual(
          new Map([...sums].toSorted()),
          new Map([...tokensByKind(whole)].toSorted()),
          `${lens} ${sessionKey}`,
        );
      }
  });

  it('shows in the window what the timeline shows at the end of the range', async () => {
    for (const sessionKey of keys) {
      const { timeline } = await ask({ sessionKey });
      if (timeline === undefined || timeline.turns < 2) continue;
      const view = await ask({ sessionKey, range: { from: 1, to: 1 } });
      assert.equal(view.bar.tokens, timeline.columns[0]?.total, sessionKey);
      assert.deepEqual(view.timeline?.range && [view.timeline.range.from, view.timeline.range.to], [1, 1]);
    }
  });

  it('takes turns that are not there for none', async () => {
    const whole = await ask({ sessionKey: PARENT });
    const turns = whole.timeline?.turns ?? 0;
    const shown = async (range: TurnRange) => (await ask({ sessionKey: PARENT, range })).timeline?.range;
    assert.equal(await shown({ from: 1, to: turns }), undefined);
    assert.equal(await shown({ from: turns + 1, to: turns + 5 }), undefined);
    assert.equal(await shown({ from: 5, to: 2 }), undefined);
    const clamped = await shown({ from: 2, to: turns + 5 });
    assert.deepEqual([clamped?.from, clamped?.to], [2, turns]);
  });

  it('leads from a launch to the thread and back', async () => {
    const parent = await ask({ sessionKey: PARENT });
    const launched = parent.timeline?.marks.flatMap((mark) => mark.thread ?? []) ?? [];
    assert.deepEqual(launched.toSorted(), parent.rows.flatMap((row) => row.thread ?? []).toSorted());
    assert.equal(launched.length, 2);
    for (const thread of launched) {
      const view = await ask({ sessionKey: PARENT, thread });
      assert.deepEqual([view.path[0]?.key, view.path.at(-1)?.key], ['main', thread]);
      assert.ok(view.bar.tokens > 0 && view.timeline);
    }
  });

  it('follows the live session of the folder for a session that is gone, with all its turns', async () => {
    const folders = ['/home/dev/shop/orders-api'];
    const live = await ask({ folders });
    const gone = await ask({ folders, sessionKey: 'codex:gone', thread: 'x', range: { from: 1, to: 1 } });
    assert.match(live.subtitle, /orders-api$/);
    assert.deepEqual([gone.sessionKey, gone.sessions[0]?.selected], [live.sessionKey, true]);
    assert.equal(gone.timeline?.range, undefined);
  });

  it('has rows that sum to the bar in every lens', async () => {
    for (const sessionKey of keys)
      for (const lens of LENSES) {
        const { rows, bar, sortedBy } = await ask({ sessionKey, lens });
        const kinds = rows.filter((row) => row.level === 0);
        assert.equal(
          kinds.reduce((sum, row) => sum + (row.values[sortedBy] ?? 0), 0),
          bar.tokens,
        );
        if (bar.tokens > 0) assert.ok(Math.abs(kinds.reduce((sum, row) => sum + row.share, 0) - 1) < 1e-9);
      }
  });
});
