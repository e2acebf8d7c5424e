import assert from 'node:assert/strict';
import { afterUsageWish, type ChosenUsage, parseChosenUsage } from '../../../src/editor/chosenUsage.ts';
import { parsePageMessage } from '../../../src/editor/pageMessage.ts';
import type { PageMessage } from '../../../src/views/protocol.ts';

const at = (iso: string): number => Date.parse(iso);
const now = { nowMs: at('2026-11-18T12:00Z'), timeZone: 'America/New_York' };
const week = { sinceMs: at('2026-11-16T00:00Z'), untilMs: at('2026-11-23T00:00Z') };
const lastWeek = { sinceMs: at('2026-11-09T00:00Z'), untilMs: at('2026-11-16T00:00Z') };
const kept = { compare: true, trend: 'month', filters: { model: 'opus' } } as const;
const thisWeek: ChosenUsage = { ...kept, window: 'week' };
const part = { sinceMs: at('2026-11-17T00:00Z'), untilMs: at('2026-11-18T00:00Z') };
const narrowed: ChosenUsage = { ...kept, window: 'custom', ...part, wider: { window: 'week' } };
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what Show Usage shows', () => {
  for (const [name, before, wish, shown, after] of [
    [
      'another window is that of now',
      { ...thisWeek, atMs: 5 },
      { type: 'window', name: 'day' },
      week,
      { ...kept, window: 'day' },
    ],
    [
      'a custom one begins where it was',
      thisWeek,
      { type: 'window', name: 'custom' },
      week,
      { ...kept, window: 'custom', ...week },
    ],
    ['the week before', thisWeek, { type: 'step', direction: -1 }, week, { ...thisWeek, atMs: lastWeek.sinceMs }],
    [
      'the week of now is followed again',
      { ...thisWeek, atMs: lastWeek.sinceMs },
      { type: 'step', direction: 1 },
      lastWeek,
      thisWeek,
    ],
    ['none is after it', thisWeek, { type: 'step', direction: 1 }, week, thisWeek],
    [
      'everything has no step',
      { ...kept, window: 'all' },
      { type: 'step', direction: -1 },
      week,
      { ...kept, window: 'all' },
    ],
    [
      'a part moves by its length',
      narrowed,
      { type: 'step', direction: -1 },
      part,
      { ...kept, window: 'custom', sinceMs: at('2026-11-16T00:00Z'), untilMs: at('2026-11-17T00:00Z') },
    ],
    ['a part knows the whole', thisWeek, { type: 'narrow', ...part }, week, narrowed],
    [
      'a part of a part too',
      narrowed,
      { type: 'narrow', sinceMs: part.sinceMs, untilMs: part.sinceMs + 1 },
      part,
      { ...narrowed, untilMs: part.sinceMs + 1 },
    ],
    ['a part that is none', thisWeek, { type: 'narrow', sinceMs: 5, untilMs: 5 }, week, thisWeek],
    ['the whole again', narrowed, { type: 'wider' }, part, thisWeek],
    [
      'a week of the trend',
      thisWeek,
      { type: 'goTo', window: 'month', atMs: 7 },
      week,
      { ...kept, window: 'month', atMs: 7 },
    ],
    [
      'days in the zone of the reader',
      thisWeek,
      { type: 'days', from: '2026-11-01', to: '2026-11-01' },
      week,
      { ...kept, window: 'custom', sinceMs: at('2026-11-01T04:00Z'), untilMs: at('2026-11-02T05:00Z') },
    ],
    ['days in the wrong order', thisWeek, { type: 'days', from: '2026-11-02', to: '2026-11-01' }, week, thisWeek],
    ['days that are none', thisWeek, { type: 'days', from: '2026-02-30', to: '2026-03-01' }, week, thisWeek],
    ['the comparison', thisWeek, { type: 'compare', on: false }, week, { ...thisWeek, compare: false }],
    ['the trend', thisWeek, { type: 'trend', unit: 'day' }, week, { ...thisWeek, trend: 'day' }],
    [
      'a filter',
      thisWeek,
      { type: 'filter', by: 'user', value: 'ada' },
      week,
      { ...thisWeek, filters: { model: 'opus', user: 'ada' } },
    ],
    ['a filter less', thisWeek, { type: 'clearFilter', by: 'model' }, week, { ...thisWeek, filters: {} }],
    ['no filter', thisWeek, { type: 'clearFilter' }, week, { ...thisWeek, filters: {} }],
    ['no other wish changes it', thisWeek, { type: 'show', page: 'health' }, week, thisWeek],
  ] as [string, ChosenUsage, PageMessage, typeof week, ChosenUsage][])
    it(name, () => assert.deepEqual(plain(afterUsageWish(before, wish, shown, now)), plain(after)));

  for (const [name, stored, expected] of [
    ['what was chosen', narrowed, narrowed],
    ['nothing', undefined, { window: 'week', compare: false, trend: 'day', filters: {} }],
    ['a broken window', { ...thisWeek, window: 'year', atMs: 'x' }, thisWeek],
    ['a broken filter', { ...thisWeek, filters: { model: 5, user: 'ada' } }, { ...thisWeek, filters: { user: 'ada' } }],
  ] as [string, unknown, ChosenUsage][])
    it(`is remembered over a reload: ${name}`, () =>
      assert.deepEqual(plain(parseChosenUsage(stored)), plain(expected)));
});

describe('wishes of the page', () => {
  for (const [wish, isOne] of [
    [{ type: 'filter', by: 'model', value: '<img onerror>' }, true],
    [{ type: 'filter', by: '__proto__', value: 'x' }, false],
    [{ type: 'filter', by: 'model', value: 'x'.repeat(9000) }, false],
    [{ type: 'narrow', sinceMs: 1, untilMs: Number.NaN }, false],
    [{ type: 'step', direction: 2 }, false],
    [{ type: 'days', from: '2026-11-01', to: "'; DROP TABLE requests" }, false],
    [{ type: 'goTo', window: 'day', atMs: 9e15 }, false],
    [{ type: 'clearFilter' }, true],
  ] as const)
    it(`${JSON.stringify(wish).slice(0, 60)} is ${isOne ? 'one' : 'none'}`, () =>
      assert.equal(parsePageMessage(wish) !== undefined, isOne));
});
