import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type AlertLevel,
  type AlertState,
  type AlertSubject,
  NO_ALERTS,
  parseAlertState,
} from '../../../src/views/alertState.ts';
import { ALERT_PAUSE_MS, confirmAlert, decideAlerts, muteAlerts, snoozeAlerts } from '../../../src/views/alerts.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const T0 = Date.UTC(2026, 10, 16);

const subject = (level: AlertLevel, over: Partial<AlertSubject> = {}): AlertSubject => ({
  key: 'budget',
  config: '100/50/80/95',
  sinceMs: T0,
  untilMs: T0 + WEEK_MS,
  level,
  isForecast: false,
  ...over,
});

/** The machine: its state goes through JSON each time, as if every window had just been opened. */
function machine() {
  let state: AlertState = NO_ALERTS;
  let ids = 0;
  const keep = (next: AlertState): void => {
    const stored = JSON.stringify(next);
    state = parseAlertState(stored);
    assert.deepEqual(state, JSON.parse(stored), 'is stored whole');
  };
  return {
    /** What a window that asks is handed. */
    hand(nowMs: number, subjects: AlertSubject[], canTell = true) {
      const decided = decideAlerts(state, subjects, { nowMs, canTell, newId: `notice ${++ids}` });
      keep(decided.state);
      return decided.notice;
    },
    confirm(id: string, nowMs: number): boolean {
      const next = confirmAlert(state, id, nowMs);
      if (next) keep(next);
      return next !== undefined;
    },
    /** What a window shows that asks: keys with their levels. */
    show(nowMs: number, subjects: AlertSubject[], canTell = true): string {
      const notice = this.hand(nowMs, subjects, canTell);
      if (!notice || !this.confirm(notice.id, nowMs)) return '';
      return notice.items
        .map(({ key, level, isForecast }) => `${key} ${level}${isForecast ? ' forecast' : ''}`)
        .join(', ');
    },
    snooze: (nowMs: number, untilMs: number | null, key = 'budget') => keep(snoozeAlerts(state, [key], untilMs, nowMs)),
    mute: (on: boolean, key = 'budget') => keep(muteAlerts(state, [key], on)),
    state: () => state,
  };
}

describe('alerts', () => {
  it('tell each threshold once until the reset, and again in the next window', () => {
    const { show } = bound(machine());
    const hours = (n: number): number => T0 + n * HOUR_MS;
    assert.equal(show(hours(1), [subject(0)]), '');
    assert.equal(show(hours(2), [subject(1)]), 'budget 1');
    assert.equal(show(hours(3), [subject(1)]), '');
    assert.equal(show(hours(4), [subject(2)]), 'budget 2');
    assert.equal(show(hours(5), [subject(3)]), 'budget 3');
    assert.equal(show(hours(6), [subject(3)]), '');
    const next = { sinceMs: T0 + WEEK_MS, untilMs: T0 + 2 * WEEK_MS };
    assert.equal(show(hours(169), [subject(0, next)]), '');
    assert.equal(show(hours(170), [subject(3, next)]), 'budget 3');
  });

  it('begin anew when the limit or a threshold is set anew', () => {
    const { show } = bound(machine());
    assert.equal(show(T0 + HOUR_MS, [subject(2)]), 'budget 2');
    assert.equal(show(T0 + 2 * HOUR_MS, [subject(2, { config: '120/50/80/95' })]), 'budget 2');
    assert.equal(show(T0 + 3 * HOUR_MS, [subject(1, { config: '120/60/80/95' })]), 'budget 1');
  });

  it('tell a forecast once, beside the thresholds', () => {
    const { show } = bound(machine());
    assert.equal(show(T0 + HOUR_MS, [subject(0, { isForecast: true })]), 'budget 0 forecast');
    assert.equal(show(T0 + 2 * HOUR_MS, [subject(0, { isForecast: true })]), '');
    assert.equal(show(T0 + 3 * HOUR_MS, [subject(1, { isForecast: true })]), 'budget 1 forecast');
    assert.equal(show(T0 + 4 * HOUR_MS, [subject(1)]), '');
    assert.equal(show(T0 + 5 * HOUR_MS, [subject(1, { isForecast: true })]), '');
  });

  it('are one when several are due, and wait for each other otherwise', () => {
    const { show } = bound(machine());
    const other = (level: AlertLevel) => subject(level, { key: 'other' });
    assert.equal(show(T0, [subject(1), other(2)]), 'budget 1, other 2');
    assert.equal(show(T0 + 1000, [subject(2), other(2)]), '');
    assert.equal(show(T0 + ALERT_PAUSE_MS - 1, [subject(2), other(3)]), '');
    assert.equal(show(T0 + ALERT_PAUSE_MS, [subject(2), other(3)]), 'budget 2, other 3');
  });

  it('wait while something is debugged, and lose nothing', () => {
    const { show } = bound(machine());
    assert.equal(show(T0, [subject(2)], false), '');
    assert.equal(show(T0 + HOUR_MS, [subject(3)], false), '');
    assert.equal(show(T0 + 2 * HOUR_MS, [subject(3)]), 'budget 3');
  });

  it('are handed to one window, and to another one when the first does not show them', () => {
    const { hand, confirm } = bound(machine());
    const first = hand(T0, [subject(1)]);
    assert.ok(first);
    assert.equal(hand(T0 + 1000, [subject(1)]), undefined);
    const second = hand(T0 + 60_000, [subject(1)]);
    assert.ok(second);
    assert.equal(confirm(first.id, T0 + 61_000), false, 'too late');
    assert.equal(confirm(second.id, T0 + 61_000), true);
    assert.equal(hand(T0 + HOUR_MS, [subject(1)]), undefined);
  });

  it('are silent for an hour when snoozed, and then tell what still holds', () => {
    const { show, snooze } = bound(machine());
    assert.equal(show(T0, [subject(1)]), 'budget 1');
    snooze(T0 + 1000, T0 + HOUR_MS);
    assert.equal(show(T0 + HOUR_MS - 1, [subject(2)]), '');
    assert.equal(show(T0 + HOUR_MS, [subject(2)]), 'budget 2');
    assert.equal(show(T0 + 3 * HOUR_MS, [subject(2)]), '');
  });

  it('are silent until the reset when snoozed until then', () => {
    const { show, snooze } = bound(machine());
    assert.equal(show(T0, [subject(1)]), 'budget 1');
    snooze(T0 + 1000, null);
    assert.equal(show(T0 + WEEK_MS - 1, [subject(3)]), '');
    assert.equal(show(T0 + WEEK_MS, [subject(1, { sinceMs: T0 + WEEK_MS, untilMs: T0 + 2 * WEEK_MS })]), 'budget 1');
  });

  it('are never told when muted, over resets, until that is taken back', () => {
    const { show, mute } = bound(machine());
    mute(true);
    assert.equal(show(T0, [subject(3), subject(1, { key: 'other' })]), 'other 1');
    assert.equal(show(T0 + WEEK_MS, [subject(3, { sinceMs: T0 + WEEK_MS, untilMs: T0 + 2 * WEEK_MS })]), '');
    mute(false);
    assert.equal(
      show(T0 + WEEK_MS + HOUR_MS, [subject(3, { sinceMs: T0 + WEEK_MS, untilMs: T0 + 2 * WEEK_MS })]),
      'budget 3',
    );
  });

  it('tell of a context window again after a compaction', () => {
    const { show } = bound(machine());
    const context = (level: AlertLevel, sinceMs: number) =>
      subject(level, { key: 'context:a', sinceMs, untilMs: null });
    assert.equal(show(T0, [context(2, 0)]), 'context:a 2');
    assert.equal(show(T0 + HOUR_MS, [context(2, 0)]), '');
    assert.equal(show(T0 + 2 * HOUR_MS, [context(0, T0 + HOUR_MS)]), '');
    assert.equal(show(T0 + 3 * HOUR_MS, [context(2, T0 + HOUR_MS)]), 'context:a 2');
  });

  it('stay the same episode when its beginning moves: an older request turned up, an agent states another second', () => {
    const { hand, confirm, show } = bound(machine());
    const rolling = (sinceMs: number) => subject(2, { sinceMs, untilMs: sinceMs + 5 * HOUR_MS });
    const notice = hand(T0, [rolling(T0)]);
    assert.ok(notice);
    hand(T0 + 1000, [rolling(T0 - HOUR_MS)]);
    assert.equal(confirm(notice.id, T0 + 2000), true);
    assert.equal(show(T0 + HOUR_MS, [rolling(T0 - HOUR_MS)]), '');
    assert.equal(show(T0 + 4 * HOUR_MS, [rolling(T0 + 4 * HOUR_MS)]), 'budget 2');
  });

  it('take what is stored and is none as nothing told', () => {
    for (const stored of [undefined, '', 'nonsense', '[]', '{"episodes":3}', '{"episodes":[{"key":"a"}],"muted":[]}'])
      assert.deepEqual(parseAlertState(stored), NO_ALERTS);
  });

  it('tell nothing twice and lose nothing, whatever happens: growth, resets, a clock that is set, debugging, windows that vanish', () => {
    const step = fc.record({
      wait: fc.constantFrom(0, 1000, 31_000, ALERT_PAUSE_MS, HOUR_MS, 30 * HOUR_MS, WEEK_MS),
      back: fc.constantFrom(0, 0, 0, 0, HOUR_MS),
      grow: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
      canTell: fc.boolean(),
      confirms: fc.constantFrom(true, true, false),
    });
    // Only the newest few windows of a limit are remembered: a clock that is set back by weeks again and again is told of old ones anew.
    const setBackAt = fc.nat(59);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), setBackAt, (steps, jump) => {
        const { hand, confirm } = bound(machine());
        const told = new Map<string, number>();
        const reached = new Map<string, AlertLevel>();
        let nowMs = T0;
        const subjects = (): AlertSubject[] =>
          ['a', 'b', 'c'].map((key) => {
            const sinceMs = T0 + Math.floor((nowMs - T0) / WEEK_MS) * WEEK_MS;
            return subject(reached.get(`${key} ${sinceMs}`) ?? 0, { key, sinceMs, untilMs: sinceMs + WEEK_MS });
          });
        const ask = (canTell: boolean, confirms: boolean): void => {
          const notice = hand(nowMs, subjects(), canTell);
          assert.ok(!notice || canTell, 'not while debugging');
          if (!notice || !confirms || !confirm(notice.id, nowMs)) return;
          for (const { key, sinceMs, level } of notice.items) {
            const episode = `${key} ${sinceMs}`;
            assert.ok(level > (told.get(episode) ?? 0), 'no threshold twice');
            told.set(episode, level);
          }
        };
        for (const [index, { wait, back, grow, canTell, confirms }] of steps.entries()) {
          nowMs += wait - back - (index === jump ? 2 * WEEK_MS : 0);
          for (const [i, by] of grow.entries()) {
            const { key, sinceMs, level } = subjects()[i] as AlertSubject;
            reached.set(`${key} ${sinceMs}`, Math.min(3, Math.max(level, by)) as AlertLevel);
          }
          ask(canTell, confirms);
        }
        // In the end the windows are quiet and confirm what they show.
        nowMs += ALERT_PAUSE_MS;
        ask(true, true);
        nowMs += ALERT_PAUSE_MS;
        ask(true, true);
        for (const { key, sinceMs, level } of subjects())
          assert.equal(
            Math.max(level, told.get(`${key} ${sinceMs}`) ?? 0),
            told.get(`${key} ${sinceMs}`) ?? 0,
            'none lost',
          );
      }),
      { numRuns: 300 },
    );
  });
});

/** The functions of a machine, to be called by themselves. */
function bound(made: ReturnType<typeof machine>): ReturnType<typeof machine> {
  return { ...made, show: made.show.bind(made), hand: made.hand.bind(made) };
}
