import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inAskersLanguage, inLanguage } from '../../../src/engine/languages.ts';
import { inWords, sentences, speak, t, told } from '../../../src/views/text.ts';

describe('the language of a text', () => {
  afterEach(() => speak(() => undefined));

  it('is English where there is no other, with its arguments filled in', () => {
    assert.equal(t('{0} of {1} tokens', '12k', 40), '12k of 40 tokens');
    assert.equal(t('{used} of {all} tokens', { used: 1, all: 2 }), '1 of 2 tokens');
    assert.equal(t('no arguments {0}'), 'no arguments {0}');
  });

  it('is that of the table, and English for what the table lacks', () => {
    speak(() => ({ '{0} of {1}': '{1} 中的 {0}' }));
    assert.equal(t('{0} of {1}', 3, 7), '7 中的 3');
    assert.equal(t('not there'), 'not there');
  });

  it('takes nothing out of an argument', () => {
    speak(() => ({ 'Agent: {0}': '智能体：{0}' }));
    assert.equal(t('Agent: {0}', '{1} $& {0}'), '智能体：{1} $& {0}');
  });

  for (const [why, chinese, args, expected] of [
    ['between ideographs', '最近 {0} 每小时 {1} 个', ['1 天', '9万'], '最近 1 天每小时 9万个'],
    ['before an ideograph that is filled in', '重置于 {0}', ['周一13:00'], '重置于周一13:00'],
    ['but beside Latin letters and digits', '{0} 的输出 {1} 轮', ['Bash', 3], 'Bash 的输出 3 轮'],
    ['nor within what is filled in', '智能体：{0}', ['中 文'], '智能体：中 文'],
    ['between two that are filled in', '{0} {1}', ['周一', '重置'], '周一重置'],
  ] as const)
    it(`has no space ${why}`, () => {
      speak(() => ({ text: chinese }));
      assert.equal(t('text', ...args), expected);
    });

  it('has a space between sentences, but not after a wide full stop', () => {
    assert.equal(sentences('One.', undefined, '', 'Two.'), 'One. Two.');
    assert.equal(sentences('一。', '二。'), '一。二。');
  });

  it('is chosen by the reader for what is told to several', () => {
    const message = told('Looked for those of {0}.', 'Codex');
    assert.equal(inWords(message), 'Looked for those of Codex.');
    speak(() => ({ 'Looked for those of {0}.': '已查找：{0}。' }));
    assert.equal(inWords(message), '已查找：Codex。');
  });
});

describe('an answer', () => {
  const requests = '{0} requests';

  it('is in the language of whoever asks, also while others are answered', async () => {
    const questions = inAskersLanguage({
      now: (_: { locale?: string }) => t(requests, 2),
      async later(_: { locale?: string }) {
        const first = t(requests, 2);
        await nextTurn();
        return [first, t(requests, 2)];
      },
    });
    const [chinese, english, none, other] = await Promise.all([
      questions.later({ locale: 'zh-cn' }),
      questions.later({ locale: 'en' }),
      questions.later({}),
      questions.later({ locale: 'pt-br' }),
    ]);
    const inChinese = questions.now({ locale: 'zh-cn' });
    assert.match(inChinese, /^2 .*\p{Script=Han}/u);
    assert.deepEqual(chinese, [inChinese, inChinese]);
    for (const answer of [english, none, other]) assert.deepEqual(answer, ['2 requests', '2 requests']);
    assert.equal(questions.now({ locale: 'ZH-CN' }), inChinese);
  });

  it('takes no path for a language', () => {
    for (const locale of ['../../../package', 'zh-cn/../../x', '__proto__', ''])
      assert.equal(
        inLanguage(locale, () => t(requests, 2)),
        '2 requests',
      );
  });
});
