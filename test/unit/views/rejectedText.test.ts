import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inLanguage } from '../../../src/engine/languages.ts';
import { rejectedText } from '../../../src/views/rejectedText.ts';
import { storeProblem } from '../../../src/views/storeProblem.ts';

const source = path.join(import.meta.dirname, '../../../src');
const han = /\p{Script=Han}/u;
const inChinese = (make: () => string): string => inLanguage('zh-cn', make);

describe('reasons that readers of transcripts give', () => {
  const reasons = new Set(
    readdirSync(path.join(source, 'agents'))
      .map((file) => readFileSync(path.join(source, 'agents', file), 'utf8'))
      .flatMap((text) => [...text.matchAll(/(?:outcome: 'rejected',\s*detail: |rejected\()'([^']+)'/g)])
      .map(([, reason = '']) => reason),
  );

  it('are found in the sources', () => assert.ok(reasons.size >= 10, [...reasons].join()));

  for (const reason of reasons)
    it(`are told in the reader's language: ${reason}`, () => {
      assert.match(
        inChinese(() => rejectedText(reason)),
        han,
      );
      assert.doesNotMatch(rejectedText(reason), han);
    });

  it('keep the names in them, and stay as they are where nobody knows them', () => {
    assert.equal(rejectedText('session is no JSON object'), 'session is no JSON object');
    assert.equal(rejectedText('message of <img>'), 'a message of “<img>” that cannot be read');
    assert.equal(
      inChinese(() => rejectedText('usage.input: expected number')),
      'usage.input: expected number',
    );
  });
});

describe('mistakes that the check of the store finds', () => {
  const sentences = [
    ...readFileSync(path.join(source, 'store/checkStore.ts'), 'utf8').matchAll(/push\(`([^`]+)`\)/g),
  ].map(([, text = '']) => text);

  it('are found in the source', () => assert.equal(sentences.length, 4));

  for (const sentence of sentences)
    it(`are told in the reader's language: ${sentence}`, () => {
      const [one, many] = ['1', '2500'].map((count) => sentence.replace(/\$\{[^}]+\}/, count));
      assert.match(
        inChinese(() => storeProblem(one ?? '', 'zh-cn')),
        han,
      );
      assert.match(storeProblem(many ?? '', 'en'), /2,500/);
      assert.doesNotMatch(storeProblem(one ?? '', 'en'), /1 (rows|sums|requests)/);
    });

  it('are left as they are where SQLite says them', () =>
    assert.equal(
      storeProblem('Tree 4 page 5: btreeInitPage() returns error code 11', 'en'),
      'Tree 4 page 5: btreeInitPage() returns error code 11',
    ));
});
