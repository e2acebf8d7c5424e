import assert from 'node:assert/strict';
import { toCsv, toPlainText } from '../../../src/views/textTable.ts';

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
});
