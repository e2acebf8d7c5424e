import assert from 'node:assert/strict';
import { escapeMarkdown, hoverMarkdown } from '../../../src/editor/hoverMarkdown.ts';
import { parsePageMessage } from '../../../src/editor/pageMessage.ts';
import { barView } from '../../../src/views/bar.ts';
import type { HoverView } from '../../../src/views/meterView.ts';

const hostile =
  'http://localhost:3000/x www.evil.example me@evil.example [x](command:evil) ![y](http://z) <img src=x onerror=1> $(flame) `a` **b** | c\nd';

const view = (text: string): HoverView => ({
  title: text,
  lines: [text],
  context: { label: text, windowSource: text, bar: barView([{ kind: `mcp:${text}`, tokens: 5 }], 'en') },
  figures: [{ label: text, value: text }],
  sessionKey: `claude-code:${text}`,
});

describe('the hover as Markdown', () => {
  it('lets foreign text make no link, picture, element, icon or table cell', () => {
    const escaped = escapeMarkdown(hostile);
    assert.ok(!/(?<!\\)[[\]()*`|!]/.test(escaped), escaped);
    assert.ok(!/[<>\n]/.test(escaped) && !escaped.includes('$('));
    assert.ok(!/:\/\/|www\.|@evil/.test(escaped.replaceAll('\\', '')), escaped);
  });

  it('holds no command but its own', () => {
    const markdown = hoverMarkdown(view(hostile), () => '<svg/>');
    const commands = [...markdown.matchAll(/(?<!\\)\]\((command:[^?)]*)/g)].map((match) => match[1]);
    assert.deepEqual(commands, ['command:agentTokenMeter.showAttribution', 'command:agentTokenMeter.showUsage']);
    assert.ok(!markdown.includes('<img'));
  });

  it('gives the picture its size, as the hover is placed before the picture is loaded', () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="184" viewBox="0 0 360 184"></svg>';
    assert.match(
      hoverMarkdown(view('t'), () => svg),
      /;base64,[\w+/=]+\|width=360,height=184\)/,
    );
  });

  it('stays far below the length that VS Code cuts off', () => {
    const svg = `<svg>${'x'.repeat(15_000)}</svg>`;
    assert.ok(hoverMarkdown(view('t'.repeat(80)), () => svg).length < 50_000);
  });
});

describe('a message of a page', () => {
  const cases: [string, unknown, boolean][] = [
    ['a wish', { type: 'window', name: 'day' }, true],
    ['ready', { type: 'ready' }, true],
    ['an unknown window', { type: 'window', name: '../../' }, false],
    ['an unknown type', { type: 'run', command: 'rm' }, false],
    ['a very long key', { type: 'session', key: 'x'.repeat(501) }, false],
    ['nothing', null, false],
    ['a text', 'ready', false],
  ];
  for (const [name, message, isWish] of cases)
    it(`${name} is ${isWish ? '' : 'not '}a wish`, () => assert.equal(parsePageMessage(message) !== undefined, isWish));
});
