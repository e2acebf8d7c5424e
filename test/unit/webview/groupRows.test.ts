import assert from 'node:assert/strict';
import type { AttributionRow } from '../../../src/views/attributionView.ts';
import { groupRows, type RowGroup, type Sorting, sortGroups } from '../../../webview/attribution/groupRows.ts';

describe('the table of kinds', () => {
  const row = (key: string, level: 0 | 1 | 2, spent?: number): AttributionRow => ({
    key,
    level,
    kind: 'read',
    label: key,
    cells: {},
    values: spent === undefined ? {} : { spent },
    share: 0,
  });
  const names = (groups: RowGroup[]): unknown[] =>
    groups.map((group) => (group.below.length > 0 ? [group.row.key, names(group.below)] : group.row.key));

  it('puts items below the kind before them, and threads below the item before them', () => {
    const rows = [
      row('x', 1),
      row('read', 0),
      row('file', 1),
      row('task', 0),
      row('sub', 1),
      row('t1', 2),
      row('t2', 2),
    ];
    assert.deepEqual(names(groupRows(rows)), [
      ['read', ['file']],
      ['task', [['sub', ['t1', 't2']]]],
    ]);
  });

  for (const [name, sorting, expected] of [
    ['most first', { column: 'spent', descending: true }, [['b', ['y', 'x']], 'a', 'none']],
    [
      'least first, what has no figure still last',
      { column: 'spent', descending: false },
      ['a', ['b', ['x', 'y']], 'none'],
    ],
    ['by name', { column: 'name', descending: false }, ['a', ['b', ['x', 'y']], 'none']],
  ] as [string, Sorting, unknown[]][])
    it(`sorts every level: ${name}`, () => {
      const rows = [row('none', 0), row('a', 0, 1), row('b', 0, 2), row('x', 1, 1), row('y', 1, 2)];
      assert.deepEqual(names(sortGroups(groupRows(rows), sorting)), expected);
    });
});
