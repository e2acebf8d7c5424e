import assert from 'node:assert/strict';
import { itemsTable, toCsv, toPlainText } from '../../../src/views/textTable.ts';

describe('tables as text', () => {
  const table = {
    columns: ['name', 'tokens'],
    rows: [
      ['=cmd()', 5],
      ['a "b", c', null],
      ['two\nlines', 12],
    ] as (string | number | null)[][],
  };

  it('let no spreadsheet run a formula', () => {
    assert.equal(toCsv(table), 'name,tokens\r\n\'=cmd(),5\r\n"a ""b"", c",\r\n"two\nlines",12');
  });

  it('line up, numbers to the right', () => {
    assert.equal(toPlainText(table), 'name       tokens\n=cmd()          5\na "b", c\ntwo lines      12');
  });

  it('have the cost of items in hundredths of a cent, and none where there is no price', () => {
    const item = {
      kind: 'read',
      target: 'src/a.ts',
      calls: 2,
      input_tokens: 30.5,
      output_tokens: 40,
      cache_read: 50,
      cache_creation: 60,
      total_tokens: 180.5,
    };
    const priced = { ...item, cost_usd: 0.123456 };
    assert.deepEqual(itemsTable([priced, { ...item, cost_usd: null }]).rows, [
      ['read', 'src/a.ts', 2, 30.5, 40, 50, 60, 180.5, 0.1235],
      ['read', 'src/a.ts', 2, 30.5, 40, 50, 60, 180.5, null],
    ]);
  });
});
