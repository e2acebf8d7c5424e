import type { BarSegment, BarView } from '../views/barView.ts';
import type { HoverView } from '../views/meterView.ts';
import { t } from '../views/text.ts';
import { defused, JOINER } from './plainText.ts';
import { fitsLine, shortLines } from './shortLines.ts';

/** The bar as a standalone SVG picture in the colours of the theme, and those colours: `#rrggbb`. */
export type RenderBar = (bar: BarView) => { svg: string; colourOf: (kind: BarSegment['kind']) => string };

/**
 * The hover as Markdown. Foreign text is escaped, so that a title can neither make a link nor a picture; the only commands are the given ones.
 * The whole stays far below the 100,000 characters beyond which VS Code cuts Markdown off.
 */
export function hoverMarkdown(view: HoverView, renderBar: RenderBar | undefined): string {
  const { context } = view;
  const picture = context ? [barMarkdown(context.bar, renderBar)] : [];
  const size = context ? [[...shortLines(context.label).map(bold), wrapped(context.windowSource)].join(BREAK)] : [];
  return [
    `#### ${shortLines(view.title).map(escapeMarkdown).join('<br>')}`,
    view.lines.map(wrapped).join(BREAK),
    ...size,
    ...picture,
    view.figures.map(figureMarkdown).join(BREAK),
    links(view),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const BREAK = '  \n';

const bold = (text: string): string => `**${escapeMarkdown(text)}**`;

const wrapped = (text: string): string => shortLines(text).map(escapeMarkdown).join(BREAK);

/** Each detail stands behind the figure as long as the line is short, below it otherwise. */
function figureMarkdown({ label, value, details = [] }: HoverView['figures'][number]): string {
  const [last = '', ...before] = shortLines(label).toReversed();
  let line = t('{0}: {1}', last, value);
  let markdown = [...before.toReversed().map(escapeMarkdown), t('{0}: {1}', escapeMarkdown(last), bold(value))].join(
    BREAK,
  );
  for (const detail of details) {
    const longer = `${line} · ${detail}`;
    const fits = fitsLine(longer);
    line = fits ? longer : detail;
    markdown += fits ? ` · ${escapeMarkdown(detail)}` : BREAK + wrapped(detail);
  }
  return markdown;
}

/** Between columns, in each row: which cell is the widest differs by language. */
const ROOM = '&nbsp;&nbsp;&nbsp; ';

/** The picture with its text twin, and every kind in a table below; the text alone until the chart is loaded. */
function barMarkdown(bar: BarView, renderBar: RenderBar | undefined): string {
  if (!renderBar || bar.tokens === 0) return wrapped(bar.text);
  const { svg, colourOf } = renderBar(bar);
  // VS Code places the hover before the picture is loaded: without its size the text takes its place, far wider.
  const [, width, height] = /^<svg[^>]*? width="(\d+)"[^>]*? height="(\d+)"/.exec(svg) ?? [];
  const size = width === undefined ? '' : `|width=${width},height=${height}`;
  const rows = bar.legend.map((part) => {
    const swatch = `<span style="color:${colourOf(part.kind)};">■</span>`;
    return `|${swatch}&nbsp; ${escapeMarkdown(part.label)}|${ROOM}${escapeMarkdown(part.tokensLabel)}|${ROOM}${escapeMarkdown(part.shareLabel)}|`;
  });
  return [
    `![${pictureText(bar.text)}](data:image/svg+xml;base64,${base64(svg)}${size})`,
    [`|${t('Consumer')}|${ROOM}${t('Tokens')}|${ROOM}${t('Share')}|`, '|:--|--:|--:|', ...rows].join('\n'),
  ].join('\n\n');
}

/**
 * Foreign text as a picture's: Markdown reads no escapes there, and the editor drops one that looks like the end of an element or a comment.
 * So brackets of both kinds stand for themselves only with a joiner, or as round ones.
 */
const pictureText = (text: string): string =>
  defused(text)
    .replace(/[<>]/g, (bracket) => JOINER + bracket + JOINER)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\[/g, '(')
    .replace(/\]/g, ')')
    .replace(/[\\`\r\n]+/g, ' ');

function links(view: HoverView): string {
  const usage = `[$(graph) ${t('Show Usage')}](command:agentTokenMeter.showUsage)`;
  if (view.sessionKey === undefined) return usage;
  const argument = encodeURIComponent(JSON.stringify([view.sessionKey]));
  return `[$(search) ${t('What consumed my tokens')}](command:agentTokenMeter.showAttribution?${argument}) &nbsp;·&nbsp; ${usage}`;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Every character that Markdown, HTML or VS Code's `$(icon)` syntax gives a meaning stands for itself. Icons are found after Markdown is read, so a word joiner breaks them up. */
export function escapeMarkdown(text: string): string {
  return defused(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~]/g, '\\$&')
    .replace(/[\r\n]+/g, ' ');
}
