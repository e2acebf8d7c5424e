import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertsRequest } from '../../../src/engine/engineApi.ts';
import { NO_SETTINGS } from '../../../src/engine/localEngine.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
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

describe('alerts of the engine', () => {
  const asked = (over: Partial<AlertsRequest> = {}): AlertsRequest => ({
    locale: 'en',
    timeZone: 'UTC',
    nowMs: NOW_MS,
    thresholds: DEFAULT_THRESHOLDS,
    folders: ['/srv/app'],
    canTell: true,
    from: 'notice',
    forecast: false,
    contextWindow: true,
    ...over,
  });
  // A reply of the transcripts here is 1160 tokens.
  const limits = { weeklyBudgetTokens: 2000 };

  it('tell a window what happened, whose doing it was and what to do; no other window, and not after a restart', async () => {
    const home = transcriptHome();
    const storePath = path.join(home.folder, 'store.db');
    home.reply('one', 'a');
    let engine = await limitedEngine(home.folder, limits, storePath);
    try {
      await engine.sweep();
      const alert = await engine.alerts(asked());
      assert.match(
        alert?.text ?? '',
        /^Weekly budget: 58% used \(1\.2k of 2k tokens\), resets Mon 12:00 AM \(in 12 h\)\./,
      );
      assert.match(alert?.text ?? '', /Most of it went to Claude Code, app\./);
      assert.equal(alert?.severity, 'info');
      assert.equal(await engine.alerts(asked()), null, 'another window');
      assert.equal(await engine.alertWish({ type: 'shown', id: alert?.id ?? '', nowMs: NOW_MS }), true);
      await engine.dispose();
      engine = await limitedEngine(home.folder, limits, storePath);
      await engine.sweep();
      assert.equal(await engine.alerts(asked({ nowMs: NOW_MS + HOUR_MS })), null, 'after a restart');
      home.reply('one', 'b');
      await engine.sweep();
      assert.equal(await engine.alerts(asked({ nowMs: NOW_MS + HOUR_MS, canTell: false })), null, 'while debugging');
      const next = await engine.alerts(asked({ nowMs: NOW_MS + 2 * HOUR_MS }));
      assert.match(next?.text ?? '', /^Weekly budget: 116% used .* Finish what matters most/);
      assert.equal(next?.severity, 'error');
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('hold when snoozed and muted, and say so on the page', async () => {
    const home = transcriptHome();
    home.reply('one', 'a');
    const engine = await limitedEngine(home.folder, limits);
    try {
      await engine.sweep();
      const shown = async (nowMs: number): Promise<string[]> => {
        const alert = await engine.alerts(asked({ nowMs }));
        if (alert) await engine.alertWish({ type: 'shown', id: alert.id, nowMs });
        return alert?.keys ?? [];
      };
      const card = async (nowMs: number) => {
        const view = await engine.limits({
          locale: 'en',
          timeZone: 'UTC',
          nowMs,
          window: 'week',
          thresholds: DEFAULT_THRESHOLDS,
        });
        return view.accounts[0]?.limits[0];
      };
      assert.deepEqual(await shown(NOW_MS), ['budget']);
      // Other windows show it too.
      const told = new Promise<void>((resolve) => engine.onChanged(resolve));
      await engine.alertWish({ type: 'snooze', keys: ['budget'], forMs: HOUR_MS, nowMs: NOW_MS });
      await told;
      assert.equal((await card(NOW_MS))?.snoozed, 'No alerts until Sun 1:00 PM');
      assert.deepEqual(await shown(NOW_MS + HOUR_MS - 1), []);
      assert.deepEqual(await shown(NOW_MS + HOUR_MS), ['budget']);
      await engine.alertWish({ type: 'mute', keys: ['budget'], on: true, nowMs: NOW_MS });
      await engine.configure({ ...NO_SETTINGS, limits: { weeklyBudgetTokens: 1000 } });
      assert.equal((await card(NOW_MS + 2 * HOUR_MS))?.isMuted, true);
      assert.deepEqual(await shown(NOW_MS + 2 * HOUR_MS), []);
      await engine.alertWish({ type: 'mute', keys: ['budget'], on: false, nowMs: NOW_MS });
      assert.deepEqual(await shown(NOW_MS + 3 * HOUR_MS), ['budget']);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('stay snoozed and muted over a restart', async () => {
    const home = transcriptHome();
    const storePath = path.join(home.folder, 'store.db');
    home.reply('one', 'a');
    const both = { ...limits, accounts: [{ name: 'A', limits: [{ unit: 'requests', amount: 1, period: 'week' }] }] };
    let engine = await limitedEngine(home.folder, both, storePath);
    try {
      await engine.sweep();
      const first = await engine.alerts(asked());
      assert.deepEqual(first?.keys.toSorted(), ['budget', 'rule:A/requests/week']);
      await engine.alertWish({ type: 'snooze', keys: ['budget'], forMs: HOUR_MS, nowMs: NOW_MS });
      await engine.alertWish({ type: 'mute', keys: ['rule:A/requests/week'], on: true, nowMs: NOW_MS });
      await engine.dispose();
      engine = await limitedEngine(home.folder, both, storePath);
      await engine.sweep();
      assert.equal(await engine.alerts(asked({ nowMs: NOW_MS + HOUR_MS - 1 })), null);
      const later = await engine.alerts(asked({ nowMs: NOW_MS + HOUR_MS }));
      assert.deepEqual(later?.keys, ['budget']);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('name what made the context of the live session grow', async () => {
    const home = transcriptHome();
    const rows: object[] = [];
    const row = (over: object): void => {
      rows.push({
        ...JSON.parse(replyRecord('one', `r${rows.length}`)),
        timestamp: new Date(NOW_MS - MINUTE_MS).toISOString(),
        ...over,
      });
    };
    const reply = (id: string, context: number, content: object[]): void => {
      const usage = {
        input_tokens: 10,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: context - 10,
        output_tokens: 50,
      };
      row({ requestId: `req_${id}`, message: { ...JSON.parse(replyRecord('one', id)).message, content, usage } });
    };
    const call = (id: string): object[] => [{ type: 'tool_use', id, name: 'Bash', input: { command: 'npm test' } }];
    const result = (id: string): void =>
      row({
        type: 'user',
        requestId: undefined,
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'x'.repeat(160_000) }] },
      });
    reply('1', 120_000, call('t1'));
    result('t1');
    reply('2', 162_000, [{ type: 'text', text: 'done' }]);
    writeFileSync(home.file('one'), rows.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const engine = await limitedEngine(home.folder, {});
    try {
      await engine.sweep();
      const alert = await engine.alerts(asked());
      assert.match(
        alert?.text ?? '',
        /^The context window is 81% full: 162k of 200k tokens in “Claude Code in app”\. Bash output added 4\dk tokens in the last turn\. A good moment to compact/,
      );
      assert.equal(alert?.isAboutLimits, false);
      assert.equal(await engine.alerts(asked({ folders: ['/elsewhere'], nowMs: NOW_MS + HOUR_MS })), null);
      assert.equal(await engine.alerts(asked({ contextWindow: false, nowMs: NOW_MS + HOUR_MS })), null);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });
});
