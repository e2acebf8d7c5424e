import assert from 'node:assert/strict';
import { FIRST_COLUMNS, type GridColumn, type GridColumnView } from '../../../src/views/requestGridView.ts';
import { columnsWidth, shownColumns } from '../../../webview/requests/shownColumns.ts';

const views = (keys: readonly GridColumn[], sorted: GridColumn = 'at'): GridColumnView[] =>
  keys.map((key) => ({
    key,
    label: key,
    align: 'start',
    width: 100,
    isFlexible: false,
    sort: key === sorted ? 'descending' : 'none',
  }));
const BLOCK = ['at', 'total', 'model', 'cost', 'session'];

describe('the columns of a grid', () => {
  for (const [name, all, width, expected] of [
    ['before it is measured', views(FIRST_COLUMNS), 0, [...FIRST_COLUMNS]],
    ['where all fit', views(FIRST_COLUMNS), 900, [...FIRST_COLUMNS]],
    ['where one gives way', views(FIRST_COLUMNS), 899, FIRST_COLUMNS.filter((key) => key !== 'provider')],
    [
      'where most give way, but not the one that sorts',
      views(FIRST_COLUMNS, 'provider'),
      600,
      ['at', 'provider', 'model', 'total', 'cost', 'session'],
    ],
    ['where as many do not fit: a block', views(FIRST_COLUMNS, 'provider'), 599, BLOCK],
    ['in a narrow place: a block', views(FIRST_COLUMNS), 559, BLOCK],
    ['that were chosen, all of them', views([...FIRST_COLUMNS, 'user']), 560, [...FIRST_COLUMNS, 'user']],
    ['that were chosen, in a narrow place', views([...FIRST_COLUMNS, 'user']), 559, BLOCK],
    ['that were chosen, without any that a block has', views(['user']), 300, ['user']],
  ] as [string, GridColumnView[], number, string[]][])
    it(name, () => {
      const { columns } = shownColumns(all, width);
      assert.deepEqual(
        columns.map(({ key }) => key),
        expected,
      );
      for (const { key, cell } of columns) assert.equal(all[cell]?.key, key);
    });

  it('never scroll sideways until others are chosen', () => {
    for (let width = 1; width < 1000; width++) {
      const { columns, isNarrow } = shownColumns(views(FIRST_COLUMNS), width);
      assert.ok(isNarrow || columnsWidth(columns) <= width, `${width} px`);
    }
  });
});
