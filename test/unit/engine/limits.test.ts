import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { limitedEngine } from './limitedEngine.ts';
import { NOW_MS, replyRecord, transcriptHome } from './transcriptHome.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('limits over stored transcripts', function () {
  this.timeout(30_000);
  for (const zone of ['Pacific/Auckland', 'America/New_York', 'Asia/Kathmandu'])
    it(`have the sums of the command line's usage, by account, user and workspace, in ${zone}`, async () => {
      const home = transcriptHome();
      placeSample(home.folder);
      const engine = await limitedEngine(home.folder, {
        usageReset: { day: 'thursday', time: '09:30', zone },
        weeklyBudgetTokens: 1e7,
        weeklyBudgetUsd: 50,
        accounts: [
          {
            name: 'Shop',
            match: { workspace: '/home/dev/shop' },
            limits: [{ unit: 'requests', amount: 10, period: 'week' }],
          },
          {
            name: 'Rest of Claude',
            match: { agent: 'claude-code' },
            limits: [{ unit: 'cost', amount: 100, period: 'month' }],
          },
        ],
      });
      try {
        await engine.sweep();
        const nowMs = Date.now();
        for (const window of ['day', 'week', 'month', 'all'] as const) {
          const request = { window, timeZone: zone, nowMs };
          const [report, usage] = [await engine.limitsReport(request), await engine.usage(request)];
          const levels = report.accounts.map(({ users, ...account }) => {
            for (const user of users) {
              const sum = user.workspaces.reduce((tokens, folder) => tokens + folder.total_tokens, 0);
              assert.equal(sum, user.total_tokens);
            }
            assert.equal(
              users.reduce((tokens, user) => tokens + user.total_tokens, 0),
              account.total_tokens,
            );
            return account.total_tokens;
          });
          assert.equal(
            levels.reduce((sum, tokens) => sum + tokens, 0),
            usage.totals.total_tokens,
          );
          const ofWorkspaces = new Map<string, number>();
          const ofUsers = new Map<string, number>();
          for (const user of report.accounts.flatMap(({ users }) => users)) {
            ofUsers.set(user.user, (ofUsers.get(user.user) ?? 0) + user.total_tokens);
            for (const { workspace, total_tokens: tokens } of user.workspaces)
              ofWorkspaces.set(workspace, (ofWorkspaces.get(workspace) ?? 0) + tokens);
          }
          assert.deepEqual(ofWorkspaces, new Map(usage.by_workspace.map((row) => [row.workspace, row.total_tokens])));
          assert.deepEqual(ofUsers, new Map(usage.by_user.map((row) => [row.user, row.total_tokens])));
          if (window !== 'week') continue;
          const [budget, cost, requests] = report.limits;
          assert.deepEqual([cost?.unit, cost?.account], ['cost', null]);
          // Sums of fractions, in another order.
          assert.ok(Math.abs((cost?.used ?? 0) - usage.totals.cost_usd) < 1e-9);
          assert.deepEqual([budget?.used, budget?.reset_at], [usage.totals.total_tokens, usage.window.reset_at]);
          assert.equal(
            new Intl.DateTimeFormat('en-GB', {
              weekday: 'long',
              hour: '2-digit',
              minute: '2-digit',
              timeZone: zone,
            }).format(Date.parse(usage.window.reset_at ?? '')),
            'Thursday 09:30',
          );
          const shop = usage.by_workspace.filter((row) => row.workspace.startsWith('/home/dev/shop/'));
          assert.equal(
            requests?.used,
            shop.reduce((turns, row) => turns + row.turns, 0),
          );
        }
      } finally {
        await engine.dispose();
        home.remove();
      }
    });

  it('without rules have the accounts that agents tell, with their sums', async () => {
    const home = transcriptHome();
    placeSample(home.folder);
    const engine = await limitedEngine(home.folder, {});
    try {
      await engine.sweep();
      const request = { window: 'all', timeZone: 'UTC', nowMs: Date.now() } as const;
      const [report, usage] = [await engine.limitsReport(request), await engine.usage(request)];
      const told = new Map<string, number>();
      for (const account of report.accounts)
        told.set(account.told ?? '-', (told.get(account.told ?? '-') ?? 0) + account.total_tokens);
      assert.deepEqual(told, new Map(usage.by_account.map((row) => [row.account, row.total_tokens])));
      assert.deepEqual(report.limits, []);
      assert.deepEqual(
        report.stated.map(({ account, window_minutes: minutes }) => [account, minutes]),
        [
          ['Codex', 300],
          ['Codex', 10_080],
        ],
      );
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('of five hours begin with the first request after a pause, to the millisecond', async () => {
    const home = transcriptHome();
    const at = (ms: number, id: string): string => {
      const row = JSON.parse(replyRecord('one', id));
      return JSON.stringify({ ...row, timestamp: new Date(ms).toISOString() });
    };
    const first = NOW_MS - 4 * HOUR_MS - 123;
    const times = [
      NOW_MS - 30 * HOUR_MS,
      first - 6 * HOUR_MS,
      first - 5 * HOUR_MS - 1,
      first,
      NOW_MS - HOUR_MS,
      NOW_MS - 5 * MINUTE_MS,
    ];
    writeFileSync(path.join(home.project, 'one.jsonl'), times.map((ms, i) => `${at(ms, `r${i}`)}\n`).join(''));
    const engine = await limitedEngine(home.folder, {
      accounts: [
        { name: 'A', match: { configDir: '~/.claude' }, limits: [{ unit: 'requests', amount: 10, period: '5h' }] },
      ],
    });
    try {
      await engine.sweep();
      const limitAt = async (nowMs: number) =>
        (await engine.limitsReport({ window: 'day', timeZone: 'UTC', nowMs })).limits[0];
      const now = await limitAt(NOW_MS);
      assert.deepEqual(
        [now?.used, now?.since, now?.reset_at],
        [3, new Date(first).toISOString(), new Date(first + 5 * HOUR_MS).toISOString()],
      );
      const over = await limitAt(first + 5 * HOUR_MS);
      assert.deepEqual([over?.used, over?.since, over?.pace], [0, null, null]);
      const setBack = await limitAt(NOW_MS - 100 * 24 * HOUR_MS);
      assert.deepEqual([setBack?.used, setBack?.since], [0, null]);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });
});
