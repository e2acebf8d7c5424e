import assert from 'node:assert/strict';
import { afterWish, type ChosenView, isShownFile, parseChosenView } from '../../../src/editor/chosenView.ts';
import { type DismissedAdvice, dismiss, parseDismissed, standing } from '../../../src/editor/dismissedAdvice.ts';
import type { AdviceCard, AttributionRow } from '../../../src/views/attributionView.ts';
import type { PageMessage } from '../../../src/views/protocol.ts';

const range = { from: 2, to: 5 };
const following: ChosenView = { lens: 'spent' };
const inThread: ChosenView = { lens: 'spent', sessionKey: 'codex:b', thread: 't', range };

describe('what the attribution panel shows', () => {
  for (const [name, before, wish, after] of [
    ['another lens keeps the rest', inThread, { type: 'lens', lens: 'window' }, { ...inThread, lens: 'window' }],
    [
      'a session begins with its main thread',
      inThread,
      { type: 'session', key: 'codex:c' },
      { lens: 'spent', sessionKey: 'codex:c' },
    ],
    ['the live one is followed again', inThread, { type: 'session', key: '' }, following],
    [
      'a thread of the live session stays',
      following,
      { type: 'thread', key: 't' },
      { lens: 'spent', sessionKey: 'codex:a', thread: 't' },
    ],
    [
      'a thread begins with all its turns',
      inThread,
      { type: 'thread', key: 'main' },
      { lens: 'spent', sessionKey: 'codex:b', thread: 'main' },
    ],
    [
      'turns of the live session stay',
      following,
      { type: 'range', range },
      { lens: 'spent', sessionKey: 'codex:a', thread: undefined, range },
    ],
    ['all turns again', inThread, { type: 'range' }, { ...inThread, range: undefined }],
    ['no other wish changes it', inThread, { type: 'openFile', path: '/a' }, inThread],
  ] as [string, ChosenView, PageMessage, ChosenView][])
    it(name, () => assert.deepEqual(afterWish(before, wish, 'codex:a'), after));

  for (const [name, stored, expected] of [
    ['what was chosen', inThread, inThread],
    ['an old lens', { lens: 'gone', sessionKey: 'codex:a' }, { lens: 'window', sessionKey: 'codex:a' }],
    ['broken turns', { lens: 'spent', range: { from: 'x' } }, { lens: 'spent' }],
    ['nothing', undefined, { lens: 'window' }],
    ['a text', 'spent', { lens: 'window' }],
  ] as [string, unknown, ChosenView][])
    it(`is remembered over a reload: ${name}`, () =>
      assert.deepEqual(JSON.parse(JSON.stringify(parseChosenView(stored))), expected));

  it('opens the files that stand on it, and no other', () => {
    const row = (opens?: string): AttributionRow => ({
      key: '',
      level: 1,
      kind: 'read',
      label: '',
      cells: {},
      values: {},
      share: 0,
      opens,
    });
    const advice: AdviceCard[] = [
      { id: 'a', title: '', saving: '', how: '', action: { type: 'openFile', label: '', path: '/advice.ts' } },
      { id: 'b', title: '', saving: '', how: '', action: { type: 'copy', label: '', text: '/copied' } },
    ];
    const shown = { rows: [row(), row('/a.ts')], advice };
    assert.deepEqual(
      ['/a.ts', '/advice.ts', '/copied', '/etc/passwd', '', 'undefined'].map((path) => isShownFile(shown, path)),
      [true, true, false, false, false, false],
    );
  });
});

describe('dismissed advice', () => {
  const cards = ['a', 'b', 'c', 'd'].map((id): AdviceCard => ({ id, title: id, saving: '', how: '' }));
  const ids = (dismissed: DismissedAdvice, session: string | undefined): string[] =>
    standing(cards, dismissed, session).map((card) => card.id);

  it('is gone for its session alone; three stand at once', () => {
    const dismissed = dismiss(dismiss([], 's', 'b'), 's', 'b');
    assert.deepEqual(dismissed, [['s', ['b']]]);
    assert.deepEqual(
      [ids(dismissed, 's'), ids(dismissed, 'other'), ids([], undefined)],
      [
        ['a', 'c', 'd'],
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
      ],
    );
  });

  it('is forgotten after many other sessions, and where what was stored is broken', () => {
    const many = Array.from({ length: 60 }, (_, i) => `s${i}`).reduce<DismissedAdvice>(
      (all, key) => dismiss(all, key, 'a'),
      [],
    );
    assert.deepEqual([many.length, many[0]?.[0], many.at(-1)?.[0]], [50, 's10', 's59']);
    assert.deepEqual(parseDismissed(many), many);
    assert.deepEqual(parseDismissed({ s: ['a'] }), []);
  });
});
