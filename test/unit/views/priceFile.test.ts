import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OwnPrice } from '../../../src/ledger/priceBook.ts';
import { readPriceFile, writePriceFile } from '../../../src/views/priceFile.ts';

const rate = fc.oneof(
  fc.constantFrom(0, 0.1, 0.3, 75, 1e-7, 100_000),
  fc.double({ min: 0, max: 100_000, noNaN: true }),
);
const name = fc.oneof(
  fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '=cmd()',
    "'=cmd()",
    '@SUM(A1)',
    '-1+1',
    '+x',
    "'quoted'",
    '"',
    'a,b',
    'a\r\nb',
    ' x ',
    '\u202e',
    '价格',
    "x'); DROP TABLE requests; --",
    '__proto__',
    '[1m]',
    '{',
  ),
  fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).filter((text) => text.trim() !== ''),
);
const price: fc.Arbitrary<OwnPrice> = fc
  .record({
    provider: name,
    model: name,
    tier: fc.oneof(fc.constant(''), name),
    fromMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8.64e12 })),
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite5m: rate,
    cacheWrite1h: rate,
    webSearches: rate,
  })
  // JSON and CSV know no -0.
  .map((each) => ({ ...each, input: each.input + 0 }));
const prices = fc.uniqueArray(price, {
  maxLength: 6,
  minLength: 1,
  selector: ({ provider, model, tier, fromMs }) => JSON.stringify([provider, model, tier, fromMs]),
});

const HEADER = 'provider,model,tier,from,input,output,cache_read,cache_write_5m,cache_write_1h,web_searches';
const csv = (...lines: string[]): string => [HEADER, ...lines].join('\n');
const json = (...entries: object[]): string => JSON.stringify({ prices: entries }, null, 2);
const good = { provider: 'acme', model: 'm', input: 1, output: 2 };

describe('files of prices', () => {
  for (const format of ['json', 'csv'] as const)
    it(`give the same prices again from ${format}, whatever their names`, () => {
      fc.assert(
        fc.property(prices, (all) => {
          assert.deepEqual(readPriceFile(writePriceFile(all, format), 'en'), { prices: all });
        }),
        { numRuns: 500 },
      );
    });

  it('hold no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(prices, (all) => {
        const text = writePriceFile(all, 'csv');
        // Outside of quotation marks and at their beginning.
        for (const cell of text.split(/[,\n\r]+(?=(?:[^"]*"[^"]*")*[^"]*$)/)) assert.doesNotMatch(cell, /^"?[=+\-@\t]/);
      }),
    );
  });

  it('are read as people write them', () => {
    const read = {
      provider: 'acme',
      model: 'm',
      tier: '',
      input: 1,
      output: 2,
      cacheRead: 1,
      cacheWrite5m: 1,
      cacheWrite1h: 1,
      webSearches: 0,
    };
    assert.deepEqual(readPriceFile('\uFEFFMODEL, Provider ,input,output\r\n\r\nm,acme,1,2\r\n', 'en'), {
      prices: [{ ...read, fromMs: 0 }],
    });
    assert.deepEqual(readPriceFile(JSON.stringify([{ ...good, from: '2026-11-01' }]), 'en'), {
      prices: [{ ...read, fromMs: Date.UTC(2026, 10, 1) }],
    });
  });

  for (const [name, text, problem] of [
    ['nothing', ' \n', 'The file is empty.'],
    ['only a header', csv(), 'The file holds no price.'],
    ['a negative price', csv('acme,m,,,1,2', 'acme,n,,,-1,2'), 'Line 3: Input cannot be negative.'],
    ['a price that is text', csv('acme,m,,,much,2'), 'Line 2: Input is a number like 3.75, not “much”.'],
    ['a price with a comma', csv('acme,m,,,"1,000",2'), 'Line 2: Input is a number like 3.75, not “1,000”.'],
    ['a formula for a price', csv('acme,m,,,=1+1,2'), 'Line 2: Input is a number like 3.75, not “=1+1”.'],
    ['an absurd price', csv('acme,m,,,1,1e9'), 'Line 2: Output is more than $100,000.00, which nothing costs.'],
    [
      'no price for output',
      csv('acme,m,,,1,'),
      'Line 2: Output is missing: dollars per million tokens, 0 where it costs nothing.',
    ],
    ['no model', csv('acme,,,,1,2'), 'Line 2: Model is missing.'],
    [
      'a wrong date',
      csv('acme,m,,2026-13-01,1,2'),
      'Line 2: Valid from is a day like 2026-11-16, or empty for always.',
    ],
    [
      'the same twice',
      csv('acme,m,,,1,2', 'acme,m,,,3,4'),
      'Line 3: it is the second price of the same model, tier and date.',
    ],
    ['too many cells', csv('acme,m,,,1,2,3,4,5,6,7'), 'Line 2: it has more cells than there are columns.'],
    ['an open quotation mark', csv('acme,m,,,1,2', '"acme,m'), 'Line 3: a quotation mark is not closed.'],
    [
      'a line after a name of two lines',
      csv('acme,"two\nlines",,,1,2', 'acme,x,,,-1,2'),
      'Line 4: Input cannot be negative.',
    ],
    ['a table of something else', 'a,b\n1,2', 'Line 1: the first line names the columns, and “provider” is missing.'],
    ['JSON that breaks off', '{"prices":[', 'The file is not JSON'],
    ['JSON of something else', '{"a":[]}', 'The file has no list “prices”.'],
    ['an entry that is none', json(good, [1] as object), 'Line 9: it is not a price.'],
    ['JSON with a wrong price', json(good, { ...good, model: 'n', output: -5 }), 'Line 9: Output cannot be negative.'],
    [
      'JSON with null for a price',
      json({ ...good, output: null }),
      'Line 3: Output is missing: dollars per million tokens, 0 where it costs nothing.',
    ],
    [
      'JSON with a list for a name',
      json({ ...good, output: 'NaN' }),
      'Line 3: Output is a number like 3.75, not “NaN”.',
    ],
    ['a name without end', json({ ...good, model: 'x'.repeat(300) }), 'Line 3: Model is longer than 200 characters.'],
  ] as const)
    it(`refuse ${name} as a whole, and name the line`, () => {
      const read = readPriceFile(text, 'en');
      assert.ok('problem' in read, JSON.stringify(read));
      assert.ok(read.problem.startsWith(problem), read.problem);
    });

  it('never throw, and never hold what is no price', () => {
    const cell = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('', '0', '1', '2.5', '100000') },
      fc.constantFrom('-1', '1e9', '1e999', 'NaN', 'Infinity', '0x10', '1,5', '"1'),
      fc.string(),
    );
    const line = fc.tuple(fc.nat(99), fc.array(cell, { minLength: 2, maxLength: 6 }));
    let held = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .array(line, { maxLength: 3 })
            .map((lines) => csv(...lines.map(([n, cells]) => `acme,m${n},,,${cells.join(',')}`))),
        ),
        (text) => {
          const read = readPriceFile(text, 'en');
          if ('problem' in read) return;
          held += read.prices.length;
          for (const { provider: _, model: __, tier: ___, fromMs: ____, ...rates } of read.prices)
            for (const value of Object.values(rates)) assert.ok(value >= 0 && value <= 100_000, String(value));
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(held > 20, `${held} prices were read`);
  });
});
