import assert from 'node:assert/strict';
import {
  afterGridWish,
  type ChosenRequests,
  gridQuestion,
  parseChosenRequests,
} from '../../../src/editor/chosenRequests.ts';
import type { PageMessage } from '../../../src/views/protocol.ts';

const now = { nowMs: Date.UTC(2026, 10, 22), timeZone: 'Asia/Kathmandu' };
const first = parseChosenRequests(undefined);

describe('what the Requests page is asked to show', () => {
  it('is everything, newest first, at first and after nonsense', () => {
    assert.equal(first.usage.window, 'all');
    assert.deepEqual(first.sort, { by: 'at', isDescending: true });
    assert.deepEqual(parseChosenRequests({ ...first, sort: { by: 'rowid; DROP', isDescending: 1 } }).sort, first.sort);
    assert.deepEqual(parseChosenRequests({ ...first, columns: ['total', 'total', 'x'] }).columns, first.columns);
    assert.deepEqual(parseChosenRequests('text'), first);
  });

  for (const [name, wish, change] of [
    ['a figure sorts the most first', { type: 'sort', by: 'total' }, { sort: { by: 'total', isDescending: true } }],
    ['a name sorts by its letters', { type: 'sort', by: 'model' }, { sort: { by: 'model', isDescending: false } }],
    ['the same again turns round', { type: 'sort', by: 'at' }, { sort: { by: 'at', isDescending: false } }],
    ['words are searched for', { type: 'search', text: 'opus' }, { search: 'opus' }],
    ['a limit', { type: 'limit', limit: 'unpriced', on: true }, { limits: ['unpriced'] }],
    [
      'a column goes to its place',
      { type: 'column', column: 'agentName', on: true },
      { columns: ['at', 'agent', 'agentName', 'provider', 'model', 'prompt', 'output', 'total', 'cost', 'session'] },
    ],
    ['a column goes', { type: 'column', column: 'at', on: false }, { columns: first.columns.slice(1) }],
    ['a filter', { type: 'filter', by: 'model', value: 'm' }, { usage: { ...first.usage, filters: { model: 'm' } } }],
    ['the window', { type: 'window', name: 'day' }, { usage: { ...first.usage, atMs: undefined, window: 'day' } }],
    ['no other wish changes it', { type: 'explain', id: 3 }, {}],
  ] as [string, PageMessage, Partial<ChosenRequests>][])
    it(name, () => {
      const plain = (chosen: ChosenRequests) => JSON.parse(JSON.stringify(chosen));
      assert.deepEqual(plain(afterGridWish(first, wish, undefined, now)), plain({ ...first, ...change }));
    });

  it('keeps one column', () => {
    const one = { ...first, columns: ['at' as const] };
    assert.equal(afterGridWish(one, { type: 'column', column: 'at', on: false }, undefined, now), one);
  });

  it('is cleared of all filters at once', () => {
    const filtered: ChosenRequests = {
      ...first,
      search: 'x',
      limits: ['estimated'],
      usage: { ...first.usage, filters: { model: 'm' } },
    };
    const cleared = afterGridWish(filtered, { type: 'clearFilter' }, undefined, now);
    assert.deepEqual([cleared.search, cleared.limits, cleared.usage.filters], ['', [], {}]);
    const { columns: _, ...question } = gridQuestion(cleared);
    assert.deepEqual(question, {
      search: '',
      limits: [],
      sort: first.sort,
      withPickers: false,
      window: 'all',
      atMs: undefined,
      sinceMs: undefined,
      untilMs: undefined,
      isNarrowed: false,
      filters: {},
    });
  });
});
