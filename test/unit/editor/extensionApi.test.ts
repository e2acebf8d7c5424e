import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type * as published from '../../../api.d.ts';
import { extensionApi } from '../../../src/editor/extensionApi.ts';
import type { Engine } from '../../../src/engine/engineApi.ts';
import type { UsageWords } from '../../../src/engine/usageQuestion.ts';
import { apiText } from '../../../vite.api.mts';

/** Every question that can be asked has a word there, and no other. */
const same: [keyof published.UsageRequest] extends [keyof UsageWords | 'session']
  ? [keyof UsageWords | 'session'] extends [keyof published.UsageRequest]
    ? true
    : never
  : never = true;

describe('the API for other extensions', () => {
  const asked: unknown[] = [];
  const engine = {
    usage: async (request: unknown) => asked.push(request),
    attributionReport: async (request: unknown) => asked.push(request),
    sessionNamed: async ({ name }: { name: string }) => (name === 'known' ? 'codex:known' : null),
  } as unknown as Engine;
  const api = extensionApi(engine, { text: '$(pulse) 1%' } as never);
  beforeEach(() => asked.splice(0));

  it('is published as it is', () => {
    assert.ok(same);
    assert.equal(readFileSync('api.d.ts', 'utf8'), apiText(), '`npm run build` makes it anew');
    assert.deepEqual(Object.keys(api).toSorted(), ['attribution', 'meterText', 'onDidChangeUsage', 'usage', 'version']);
    assert.equal(api.meterText, '$(pulse) 1%');
  });

  it('asks the engine in its own words', async () => {
    await api.usage({ window: 'all', agent: ['codex'], session: 'known', since: '2026-01-01', tz: 'Asia/Tokyo' });
    const { nowMs, ...question } = asked[0] as { nowMs: number };
    assert.ok(Math.abs(nowMs - Date.now()) < 60_000);
    assert.deepEqual(JSON.parse(JSON.stringify(question)), {
      window: 'custom',
      sinceMs: Date.UTC(2026, 0, 1),
      agents: ['codex'],
      timeZone: 'Asia/Tokyo',
      session: 'codex:known',
    });
    await api.usage();
    assert.equal((asked[1] as { window: string }).window, 'week');
    await api.attribution({ session: 'known' });
    assert.equal((asked[2] as { sessionKey: string }).sessionKey, 'codex:known');
  });

  it('refuses what is no question, in a sentence', async () => {
    const wrong: [unknown, RegExp][] = [
      [{ window: '../../' }, /^window is one of day, week, month, all$/],
      [{ windows: 'day' }, /^windows is not as api\.d\.ts says$/],
      [{ agent: 'codex' }, /^agent is not/],
      ['week', /^the request is not/],
      [{ session: 'unknown' }, /^session is none of this machine$/],
      [{ since: 'yesterday' }, /^since is a time like/],
    ];
    for (const [request, message] of wrong) await assert.rejects(api.usage(request as never), { message });
    assert.deepEqual(asked, []);
  });
});
