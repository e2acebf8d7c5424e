import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codex } from '../../../src/agents/codex.ts';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { NOW_MS, place, transcriptHome } from './transcriptHome.ts';

const MINUTE_MS = 60_000;

/** A rollout whose records state quotas, a minute apart each. */
const rollout = (id: string, stated: readonly [minutesAgo: number, rateLimits: object][]): string => {
  const line = (minutesAgo: number, type: string, payload: object): string =>
    `${JSON.stringify({ timestamp: new Date(NOW_MS - minutesAgo * MINUTE_MS).toISOString(), type, payload })}\n`;
  return [
    line((stated[0]?.[0] ?? 0) + 1, 'session_meta', { id, cwd: '/srv/app', cli_version: '0.140.0' }),
    ...stated.map(([minutesAgo, rate_limits]) =>
      line(minutesAgo, 'event_msg', { type: 'token_count', info: null, rate_limits }),
    ),
  ].join('');
};
const fiveHours = (percent: number, reached: string | null = null): object => ({
  limit_id: 'codex',
  primary: { used_percent: percent, window_minutes: 300, resets_at: (NOW_MS + 90 * MINUTE_MS) / 1000 },
  secondary: null,
  rate_limit_reached_type: reached,
});

/** What stands on the Limits page of quotas, and what the first alert says. */
async function shown(sessions: Record<string, readonly [number, object][]>) {
  const home = transcriptHome();
  const folder = path.join(home.folder, '.codex', 'sessions', '2026', '11', '01');
  mkdirSync(folder, { recursive: true });
  for (const [id, stated] of Object.entries(sessions))
    writeFileSync(path.join(folder, `rollout-2026-11-01T00-00-00-${id}.jsonl`), rollout(id, stated));
  const engine = await createLocalEngine({
    agents: [codex],
    place: place(home.folder),
    user: 'ada',
    settings: NO_SETTINGS,
  });
  try {
    await engine.sweep();
    const where = { locale: 'en', timeZone: 'America/New_York', nowMs: NOW_MS, thresholds: DEFAULT_THRESHOLDS };
    const view = await engine.limits({ ...where, window: 'week' });
    const alert = await engine.alerts({
      ...where,
      folders: [],
      canTell: true,
      from: 'notice',
      forecast: true,
      contextWindow: true,
    });
    const live = await engine.live({ folders: [], timeZone: 'UTC', nowMs: NOW_MS });
    return {
      cards: view.accounts.flatMap(({ stated }) =>
        stated.map(({ label, percentLabel, left, note }) => [label, percentLabel, left, note]),
      ),
      alert: alert?.text,
      reached: live.limits.map(({ reached }) => reached),
    };
  } finally {
    await engine.dispose();
    home.remove();
  }
}

describe('a limit that an agent says is reached', () => {
  it('stands beside the quota, with the age of the statement, and is told', async () => {
    const { cards, alert, reached } = await shown({
      a: [
        [30, fiveHours(97)],
        [12, fiveHours(100, 'rate_limit_reached')],
      ],
    });
    assert.deepEqual(cards, [['5 hours', '100%', 'stated 12\u00a0min ago', 'The agent says: limit reached.']]);
    assert.match(alert ?? '', /^Codex, 5 hours: 100% used, as the agent states it; resets/);
    assert.deepEqual(reached, ['limit']);
  });

  it('is told where no percentage says so', async () => {
    const { cards, alert } = await shown({ a: [[12, fiveHours(20, 'workspace_member_credits_depleted')]] });
    assert.deepEqual(cards, [
      ['Credits', '100%', 'stated 12\u00a0min ago', 'The agent says: credits used up.'],
      ['5 hours', '20%', 'stated 12\u00a0min ago', undefined],
    ]);
    assert.match(alert ?? '', /^Codex, credits: 100% used, as the agent states it\./);
  });

  it('is over when any session of the account is told otherwise later, though nothing else changed', async () => {
    const { cards, alert, reached } = await shown({
      a: [[12, fiveHours(20, 'workspace_member_credits_depleted')]],
      b: [
        [40, fiveHours(20)],
        [3, fiveHours(20)],
      ],
    });
    assert.deepEqual(cards, [['5 hours', '20%', 'stated 3\u00a0min ago', undefined]]);
    assert.equal(alert, undefined);
    assert.deepEqual(reached, [null]);
  });

  it('is not believed for ever', async () => {
    const old = 8 * 24 * 60;
    const { cards } = await shown({ a: [[old, { rate_limit_reached_type: 'workspace_owner_credits_depleted' }]] });
    assert.deepEqual(cards, []);
  });
});
