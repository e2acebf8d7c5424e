import assert from 'node:assert/strict';
import { baseName, compactTokens, duration, label, percent, usd } from '../../../src/views/format.ts';
import { ticksUpTo } from '../../../src/views/ticks.ts';

describe('numbers as people read them', () => {
  const tokens: [number, string, string][] = [
    [0, 'en', '0'],
    [950, 'en', '950'],
    [1234, 'en', '1.2k'],
    [82_113, 'en', '82k'],
    [999_499, 'en', '999k'],
    [4_249_000, 'en', '4.2M'],
    [12_000_000_000, 'en', '12B'],
    [82_113, 'de', '82.113'],
    [66_586, 'zh-cn', '6.7万'],
    [153_000, 'zh-cn', '15万'],
    [2_659_000, 'zh-cn', '265.9万'],
    [3901, 'zh-cn', '3901'],
    [82_113, 'zh-cn', '8.2万'],
  ];
  for (const [count, locale, text] of tokens)
    it(`${count} tokens in ${locale}`, () => assert.equal(compactTokens(count, locale), text));

  const shares: [number, string][] = [
    [0, '0%'],
    [0.0001, '<1%'],
    [0.41, '41%'],
    [0.994, '99%'],
    [0.996, '99%'],
    [0.99999, '99%'],
    [0.1 + 0.2 + 0.7 - 1e-15, '100%'],
    [1, '100%'],
    [1.004, '100%'],
    [1.12, '112%'],
  ];
  for (const [share, text] of shares) it(`a share of ${share}`, () => assert.equal(percent(share, 'en'), text));

  const amounts: [number, string][] = [
    [0, '$0.00'],
    [0.00421, '$0.0042'],
    [12.4, '$12.40'],
    [1234.5, '$1,234.50'],
  ];
  for (const [amount, text] of amounts) it(`${amount} dollars`, () => assert.equal(usd(amount, 'en'), text));

  const spans: [number, string][] = [
    [-5, 'less than a minute'],
    [59_000, 'less than a minute'],
    [180_000, '3\u00a0min'],
    [3_600_000, '1\u00a0h'],
    [15_120_000, '4\u00a0h\u00a012\u00a0min'],
    [100_800_000, '1\u00a0d\u00a04\u00a0h'],
  ];
  for (const [ms, text] of spans) it(`${ms} ms`, () => assert.equal(duration(ms), text));
});

describe('foreign text', () => {
  const texts: [string, string, string][] = [
    ['becomes one line', 'a\n\tb\u0000c', 'a b c'],
    ['cannot turn text around', 'abc\u202Eexe.txt', 'abc exe.txt'],
    ['is cut by characters, not code units', '😀'.repeat(90), `${'😀'.repeat(79)}…`],
    ['keeps what is harmless', '  <b>$(x)</b> ', '<b>$(x)</b>'],
  ];
  for (const [name, text, shown] of texts) it(name, () => assert.equal(label(text), shown));

  const paths: [string, string][] = [
    ['/home/dev/spotter', 'spotter'],
    ['C:\\work\\meter\\', 'meter'],
    ['/', '/'],
  ];
  for (const [path, name] of paths) it(`the name of ${path}`, () => assert.equal(baseName(path), name));
});

describe('ticks', () => {
  const cases: [number, number[]][] = [
    [0, [0, 1]],
    [1, [0, 1]],
    [7, [0, 2, 4, 6, 8]],
    [4_200_000, [0, 2_000_000, 4_000_000, 6_000_000]],
    [10_000, [0, 5000, 10_000]],
  ];
  for (const [maximum, ticks] of cases) it(`up to ${maximum}`, () => assert.deepEqual(ticksUpTo(maximum), ticks));
});
