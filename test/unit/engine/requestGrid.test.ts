import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnswerFacts } from '../../../src/engine/answerFacts.ts';
import { requestGrid } from '../../../src/engine/answerGrid.ts';
import type { GridRequest } from '../../../src/engine/engineApi.ts';
import { usageCube } from '../../../src/queries/usageCube.ts';
import { totalUsage } from '../../../src/queries/usageTotals.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { parseLimitSettings } from '../../../src/views/limitSettings.ts';
import { GRID_COLUMNS, type RequestGridView } from '../../../src/views/requestGridView.ts';
import { textWidth } from '../../../src/views/textWidth.ts';
import { totalTokens } from '../../../src/views/usage.ts';
import { allStored, HOUR_MS, LABELS, type Made, made, NOW_MS, naively, question, START_MS, store } from './gridRows.ts';

const facts: AnswerFacts = {
  agentLabels: LABELS,
  settings: { paths: {}, disabledAgents: [] },
  limits: parseLimitSettings({}),
  places: { home: '/home/ada', usualFolders: [] },
  user: 'ada',
  lookedFor: [],
  withoutTokens: [],
  lookups: () => [],
  storePlace: {},
};

const ask = (over: Partial<GridRequest> = {}): GridRequest => ({
  locale: 'en',
  timeZone: 'Asia/Kathmandu',
  nowMs: NOW_MS,
  window: 'all',
  filters: {},
  search: '',
  limits: [],
  sort: { by: 'at', isDescending: true },
  columns: GRID_COLUMNS,
  withPickers: false,
  isFollowing: false,
  from: 0,
  count: 50,
  ...over,
});

/** Every row of a list, page by page. */
function allPages(
  grid: ReturnType<typeof requestGrid>,
  question: GridRequest,
  pageRows: number,
): RequestGridView['rows'] {
  const rows: RequestGridView['rows'] = [];
  let order: string | undefined;
  for (let from = 0; ; from += pageRows) {
    const view = grid.answer({ ...question, order, from, count: pageRows }, facts);
    order = view.order;
    if (from >= view.total) return rows;
    // The last page is pushed back, so that it is full.
    rows.push(...view.rows.slice(from - view.from));
  }
}

const tokensOf = (cube: ReturnType<typeof usageCube>): number => totalTokens(totalUsage(cube.usage({}).used));

describe('the grid of requests', () => {
  it('has every request once and in order, page by page, as a slow sort has them, while the store grows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(made, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.array(question, { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('keeps all', 'forgets', 'reads ahead'),
        async (commits, questions, pageRows, habit) => {
          const { store: into } = await openStore({ nowMs: 0 });
          const cube = usageCube(into);
          const grid = requestGrid(into, cube);
          for (const rows of commits) {
            store(into, rows);
            const stored = allStored(into);
            assert.equal(totalUsage(cube.usage({}).used).turns, stored.length);
            if (habit === 'forgets') {
              cube.forget();
              grid.forget();
            }
            if (habit === 'reads ahead') {
              while (cube.readAhead() || grid.readAhead());
              assert.equal(tokensOf(cube), tokensOf(usageCube(into)));
            }
            for (const { edges, ...each } of questions) {
              const asked = ask({ ...each, ...edges });
              const rows = allPages(grid, asked, pageRows);
              assert.deepEqual(
                rows.map(({ id }) => id),
                naively(stored, asked),
              );
            }
          }
          into.close();
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  const many = (from: number, count: number): Made[] =>
    Array.from({ length: count }, (_, i) => ({
      session: 0,
      minutes: from + i,
      model: 'claude-opus-4-1',
      agentName: 'main',
      output: i % 7,
      cached: 1000,
      estimated: i % 2 === 0,
    }));
  const opened = async () => {
    const { store: into } = await openStore({ nowMs: 0 });
    store(into, many(100, 300));
    return { into, grid: requestGrid(into, usageCube(into)) };
  };

  it('stays as it is read while requests come before and after, and says how many are new', async () => {
    const { into, grid } = await opened();
    const first = grid.answer(ask({ from: 100 }), facts);
    assert.equal(first.from, 0, 'a new list begins at its top');
    assert.equal(first.historyStart, undefined, 'a window of everything begins with the history');
    const month = grid.answer(ask({ window: 'month' }), facts);
    assert.match(month.historyStart ?? '', /^History starts on \w+ \d+, \d{4}\.$/);
    const before = grid.answer(ask({ order: first.order, from: 100 }), facts);
    assert.equal(before.newer, undefined);
    store(into, [...many(0, 40), ...many(900, 3)]);
    const after = grid.answer(ask({ order: first.order, from: 100 }), facts);
    assert.deepEqual([after.rows, after.total, after.order], [before.rows, 300, first.order]);
    assert.equal(after.newer, '43 new requests');
    const renewed = grid.answer(ask(), facts);
    assert.deepEqual([renewed.total, renewed.newer, renewed.caption], [343, undefined, '343 requests']);
    into.close();
  });

  it('shows its newest requests before it knows all, and goes on from there when more is wanted', async () => {
    const { into, grid } = await opened();
    store(into, many(1000, 2500));
    const naive = naively(allStored(into), ask());
    const first = grid.answer(ask({ count: 100 }), facts);
    assert.equal(first.total, 2800);
    const page = (from: number): number[] =>
      grid.answer(ask({ order: first.order, from, count: 100 }), facts).rows.map(({ id }) => id);
    assert.deepEqual([page(0), page(1850)], [naive.slice(0, 100), naive.slice(1850, 1950)]);
    store(into, [...many(0, 10), ...many(5000, 10)]);
    assert.deepEqual(page(1950), naive.slice(1950, 2050), 'the first that needs all of it');
    assert.deepEqual([page(0), page(2700)], [naive.slice(0, 100), naive.slice(2700)]);
    into.close();
  });

  it('has room for the year where its times bear one', async () => {
    const { store: into } = await openStore({ nowMs: 0 });
    const lastYear = (Date.UTC(2025, 10, 23, 11) - START_MS) / 60_000;
    const row = { session: 1, model: 'claude-opus-4-1', agentName: 'main', output: 1, cached: 0, estimated: false };
    store(into, [
      { ...row, minutes: lastYear },
      { ...row, minutes: 60 },
    ]);
    const grid = requestGrid(into, usageCube(into));
    for (const locale of ['en', 'de', 'zh-cn', 'ja']) {
      const widthOf = (window: Partial<GridRequest>): [width: number, widest: number] => {
        const view = grid.answer(ask({ locale, ...window }), facts);
        const at = view.columns.findIndex(({ key }) => key === 'at');
        return [
          view.columns[at]?.width ?? 0,
          Math.max(...view.rows.map(({ cells }) => textWidth(cells[at] ?? '', 13) + 20)),
        ];
      };
      const [wide, widest] = widthOf({});
      assert.ok(wide >= widest, `${locale}: ${widest} of ${wide} px`);
      const [usual] = widthOf({ window: 'custom', sinceMs: START_MS, untilMs: START_MS + 24 * HOUR_MS });
      assert.ok(usual <= wide);
      assert.equal(usual, 170, locale);
    }
  });

  it('follows what is new for a reader at its top', async () => {
    const { into, grid } = await opened();
    const first = grid.answer(ask({ isFollowing: true }), facts);
    assert.equal(grid.answer(ask({ order: first.order, isFollowing: true }), facts).order, first.order);
    store(into, many(900, 1));
    const after = grid.answer(ask({ order: first.order, isFollowing: true }), facts);
    assert.notEqual(after.order, first.order);
    assert.deepEqual([after.total, after.newer, after.from, after.place], [301, undefined, 0, 0]);
    into.close();
  });

  it('finds the reader’s place again in a list that another engine had made', async () => {
    const { into, grid } = await opened();
    const first = grid.answer(ask(), facts);
    const { rows } = grid.answer(ask({ order: first.order, from: 120 }), facts);
    store(into, many(900, 5));
    const other = requestGrid(into, usageCube(into));
    const anchor = { id: rows[10]?.id ?? 0, place: 130 };
    const found = other.answer(ask({ order: first.order, from: 120, anchor }), facts);
    assert.deepEqual([found.place, found.from], [135, 125]);
    assert.deepEqual(found.rows[10], rows[10]);
    into.close();
  });

  it('says of a request that was taken out that it is counted no longer, and does not export it', async () => {
    const { into, grid } = await opened();
    const first = grid.answer(ask({ count: 3 }), facts);
    const file = { order: first.order, from: 0, count: 300, format: 'csv', isFirst: true } as const;
    assert.deepEqual([grid.exported(file)?.requests, grid.exported(file)?.positions], [300, 300]);
    into.forgetBefore(NOW_MS);
    const after = grid.answer(ask({ order: first.order, count: 3 }), facts);
    assert.deepEqual(
      after.rows.map(({ id, cells }) => [id, cells[0]]),
      Array.from({ length: 3 }, () => [0, 'no longer counted']),
    );
    assert.deepEqual(grid.exported(file), { text: '', requests: 0, positions: 300 });
    assert.equal(grid.exported({ ...file, order: 'of another engine' }), null);
    into.close();
  });

  it('tells what there is to filter by, and what is chosen', async () => {
    const { into, grid } = await opened();
    store(into, [
      {
        session: 3,
        minutes: 5,
        model: 'nobody-knows-this',
        agentName: 'Explore',
        output: 1,
        cached: 0,
        estimated: false,
      },
    ]);
    const view = grid.answer(ask({ withPickers: true, filters: { model: 'nobody-knows-this' } }), facts);
    const picker = (by: string) => view.pickers?.find((each) => each.by === by);
    assert.deepEqual(
      picker('model')?.choices.map(({ label, detail, selected }) => [label, detail, selected]),
      [
        ['All', undefined, false],
        ['claude-opus-4-1', '300 requests', false],
        ['nobody-knows-this', '1 request', true],
      ],
    );
    assert.deepEqual(picker('agentName')?.filters.slice(1), [
      { by: 'agentName', value: 'main', of: 'claude-code' },
      { by: 'agentName', value: 'Explore', of: 'codex' },
    ]);
    assert.equal(picker('user'), undefined, 'there is only one');
    assert.deepEqual(
      view.chips.map(({ label }) => label),
      ['Model: nobody-knows-this'],
    );
    into.close();
  });
});
