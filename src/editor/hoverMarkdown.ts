import type { BarSegment, BarView } from '../views/barView.ts';
import type { HoverView } from '../views/meterView.ts';
import { t } from '../views/text.ts';
import { defused, JOINER } from './plainText.ts';

/** The bar as a standalone SVG picture in the colours of the theme, and those colours: `#rrggbb`. */
export type RenderBar = (bar: BarView) => { svg: string; colourOf: (kind: BarSegment['kind']) => string };

/**
 * The hover as Markdown. Foreign text is escaped, so that a title can neither make a link nor a picture; the only commands are the given ones.
 * The whole stays far below the 100,000 characters beyond which VS Code cuts Markdown off.
 */
export function hoverMarkdown(view: HoverView, renderBar: RenderBar | undefined): string {
  const { context } = view;
  const picture = context ? [barMarkdown(context.bar, renderBar)] : [];
  const size = context ? [`**${escapeMarkdown(context.label)}**  \n${escapeMarkdown(context.windowSource)}`] : [];
  const figures = view.figures.map(({ label, value, detail }) => {
    const more = detail === undefined ? '' : ` · ${escapeMarkdown(detail)}`;
    return t('{0}: {1}', escapeMarkdown(label), `**${escapeMarkdown(value)}**${more}`);
  });
  return [
    `#### ${escapeMarkdown(view.title)}`,
    view.lines.map(escapeMarkdown).join('  \n'),
    ...size,
    ...picture,
    figures.join('  \n'),
    links(view),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The picture with its text twin, and every kind in a table below; the text alone until the chart is loaded. */
function barMarkdown(bar: BarView, renderBar: RenderBar | undefined): string {
  if (!renderBar || bar.tokens === 0) return escapeMarkdown(bar.text);
  const { svg, colourOf } = renderBar(bar);
  // VS Code places the hover before the picture is loaded: without its size the text takes its place, far wider.
  const [, width, height] = /^<svg[^>]*? width="(\d+)"[^>]*? height="(\d+)"/.exec(svg) ?? [];
  const size = width === undefined ? '' : `|width=${width},height=${height}`;
  const rows = bar.legend.map((part) => {
    const swatch = `<span style="color:${colourOf(part.kind)};">■</span>`;
    return `|${swatch}&nbsp; ${escapeMarkdown(part.label)}|${escapeMarkdown(part.tokensLabel)}|${escapeMarkdown(part.shareLabel)}|`;
  });
  return [
    `![${pictureText(bar.text)}](data:image/svg+xml;base64,${base64(svg)}${size})`,
    [`|${t('Consumer')}|&nbsp; ${t('Tokens')}|&nbsp; ${t('Share')}|`, '|:--|--:|--:|', ...rows].join('\n'),
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
