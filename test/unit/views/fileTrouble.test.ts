import assert from 'node:assert/strict';
import { fileTrouble } from '../../../src/views/fileTrouble.ts';

describe('why a file was not written', () => {
  for (const [code, text] of [
    ['ENOSPC', /disk is full.*nothing of it was left/],
    ['EDQUOT', /disk is full/],
    ['EACCES', /nothing may be written there/],
    ['EROFS', /nothing may be written there/],
    ['ENOENT', /folder is not there/],
    ['EISDIR', /folder of that name/],
  ] as const)
    it(`is said in words: ${code}`, () => {
      assert.match(fileTrouble(Object.assign(new Error(`${code}: as the system says it`), { code })) ?? '', text);
    });

  it('is left to the error where it is another one', () => {
    for (const error of [new Error('the engine has ended'), undefined, 'text'])
      assert.equal(fileTrouble(error), undefined);
  });
});
