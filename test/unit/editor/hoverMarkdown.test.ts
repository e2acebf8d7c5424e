import assert from 'node:assert/strict';
import { escapeMarkdown, hoverMarkdown } from '../../../src/editor/hoverMarkdown.ts';
import { parsePageMessage } from '../../../src/editor/pageMessage.ts';
import { barView } from '../../../src/views/bar.ts';
import type { HoverView } from '../../../src/views/meterView.ts';
import { textWidth } from '../../../src/views/textWidth.ts';

const hostile =
  'http://localhost:3000/x www.evil.example me@evil.example [x](command:evil) ![y](http://z) <img src=x onerror=1> $(flame) `a` **b** | c\nd';

const view = (text: string): HoverView => ({
  title: text,
  lines: [text],
  context: { label: text, windowSource: text, bar: barView([{ kind: `mcp:${text}`, tokens: 5 }], 'en') },
  figures: [{ label: text, value: text }],
  sessionKey: `claude-code:${text}`,
});

const drawn = (svg: string) => () => ({ svg, colourOf: () => '#829abe' });

describe('the hover as Markdown', () => {
  it('lists every kind in a table below the picture, with its colour', () => {
    const bar = barView(
      [
        { kind: 'read', tokens: 75_000 },
        { kind: 'mcp:a|b', tokens: 25_000 },
      ],
      'en',
    );
    const context = { label: 'l', windowSource: 's', bar };
    const lines = hoverMarkdown({ ...view('t'), context }, drawn('<svg/>')).split('\n');
    const start = lines.indexOf('|Consumer|&nbsp;&nbsp;&nbsp; Tokens|&nbsp;&nbsp;&nbsp; Share|');
    assert.deepEqual(lines.slice(start + 1, start + 4), [
      '|:--|--:|--:|',
      '|<span style="color:#829abe;">■</span>&nbsp; Read|&nbsp;&nbsp;&nbsp; 75k|&nbsp;&nbsp;&nbsp; 75%|',
      '|<span style="color:#829abe;">■</span>&nbsp; MCP a\\|b|&nbsp;&nbsp;&nbsp; 25k|&nbsp;&nbsp;&nbsp; 25%|',
    ]);
  });

  for (const text of ['</title>', '-->', 'a]>b', '</style x', '![x](y)', '`', '\\'])
    it(`gives the picture a text that no editor drops, and no end before its end: ${text}`, () => {
      const markdown = hoverMarkdown(view(text), drawn('<svg/>'));
      const [, shown] = /!\[([^\]]*)\]\(data:image/.exec(markdown) ?? [];
      assert.ok(shown !== undefined && !shown.includes('[') && !shown.includes('\\') && !shown.includes('`'), markdown);
      const read = shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      assert.match(read, /5 tokens: MCP .*100%/);
      assert.doesNotMatch(read, /(--!?|\])>|<\/(style|script|title|xmp|textarea|noscript|iframe|noembed|noframes)/i);
    });

  it('lets foreign text make no link, picture, element, icon or table cell', () => {
    const escaped = escapeMarkdown(hostile);
    assert.ok(!/(?<!\\)[[\]()*`|!]/.test(escaped), escaped);
    assert.ok(!/[<>\n]/.test(escaped) && !escaped.includes('$('));
    assert.ok(!/:\/\/|www\.|@evil/.test(escaped.replaceAll('\\', '')), escaped);
  });

  it('holds no command but its own', () => {
    const markdown = hoverMarkdown(view(hostile), drawn('<svg/>'));
    const commands = [...markdown.matchAll(/(?<!\\)\]\((command:[^?)]*)/g)].map((match) => match[1]);
    assert.deepEqual(commands, ['command:agentTokenMeter.showAttribution', 'command:agentTokenMeter.showUsage']);
    assert.ok(!markdown.includes('<img'));
  });

  it('gives the picture its size, as the hover is placed before the picture is loaded', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="184" viewBox="0 0 360 184"></svg>';
    assert.match(hoverMarkdown(view('t'), drawn(svg)), /;base64,[\w+/=]+\|width=360,height=184\)/);
  });

  it('has no text between 500 and 700 pixels wide, at which the editor moves a hover away from its item', () => {
    for (const text of [
      'long words and short ones '.repeat(4),
      '每周预算还剩下很多很多'.repeat(8),
      'W'.repeat(80),
      '/a-path/without/spaces'.repeat(4),
    ]) {
      const long = view(text);
      const figure = {
        label: text,
        value: '73%',
        details: [text, '2.9M of 4M tokens, resets in 9 h 5 min', 'at this pace 77% to 93%'],
      };
      const lines = hoverMarkdown({ ...long, figures: [figure] }, drawn('<svg/>'))
        .split(/ {2}\n|\n|<br>/)
        .filter((line) => !/^[[|!]/.test(line))
        .map((line) =>
          line
            .replace(/^#### /, '')
            .replaceAll('**', '')
            .replace(/\\(.)/g, '$1'),
        );
      for (const line of lines) assert.ok(textWidth(line, 13) <= 500, line);
      const told = lines.join('').replace(/\s/g, '');
      assert.equal(told.split(text.replace(/\s/g, '')).length - 1, 6, 'nothing is left out');
    }
  });

  it('keeps the details of a figure on its line while that is short', () => {
    const figure = (details: string[]) =>
      hoverMarkdown({ ...view('t'), figures: [{ label: 'Week', value: '73%', details }] }, undefined)
        .split('\n\n')
        .at(-2);
    assert.equal(figure(['resets in 1 d', 'at this pace 80%']), 'Week: **73%** · resets in 1 d · at this pace 80%');
    const used = '2.9M of 4M tokens, resets in 9 h 5 min';
    assert.equal(
      figure([used, 'at this pace 77% to 93%']),
      `Week: **73%** · ${escapeMarkdown(used)}  \nat this pace 77% to 93%`,
    );
  });

  it('stays far below the length that VS Code cuts off', () => {
    const svg = `<svg>${'x'.repeat(15_000)}</svg>`;
    assert.ok(hoverMarkdown(view('t'.repeat(80)), drawn(svg)).length < 50_000);
  });
});

describe('a message of a page', () => {
  const cases: [string, unknown, boolean][] = [
    ['a wish', { type: 'window', name: 'day' }, true],
    ['ready', { type: 'ready' }, true],
    ['an unknown window', { type: 'window', name: '../../' }, false],
    ['an unknown type', { type: 'run', command: 'rm' }, false],
    ['a very long key', { type: 'session', key: 'x'.repeat(501) }, false],
    ['a lens', { type: 'lens', lens: 'in-flight' }, true],
    ['some turns', { type: 'range', range: { from: 1, to: 5 } }, true],
    ['all turns', { type: 'range' }, true],
    ['a part of a turn', { type: 'range', range: { from: 1.5, to: 5 } }, false],
    ['a turn before the first', { type: 'range', range: { from: 0, to: 5 } }, false],
    ['turns without an end', { type: 'range', range: { from: 1, to: Number.POSITIVE_INFINITY } }, false],
    ['a file', { type: 'openFile', path: '/a.ts' }, true],
    ['a list of files', { type: 'openFile', path: ['/a.ts'] }, false],
    ['a dismissal', { type: 'dismissAdvice', id: 'x' }, true],
    ['a text to copy', { type: 'copyAdvice', text: 'x' }, false],
    ['nothing', null, false],
    ['a text', 'ready', false],
  ];
  for (const [name, message, isWish] of cases)
    it(`${name} is ${isWish ? '' : 'not '}a wish`, () => assert.equal(parsePageMessage(message) !== undefined, isWish));
});
