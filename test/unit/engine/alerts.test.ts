import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertsRequest } from '../../../src/engine/engineApi.ts';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { limitedEngine } from './limitedEngine.ts';
import { NOW_MS, replyRecord, transcriptHome } from './transcriptHome.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

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
        /^Weekly budget: 58% used \(1\.2k of 2k tokens\), resets Mon 12:00 AM \(in 12\u00a0h\)\./,
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
