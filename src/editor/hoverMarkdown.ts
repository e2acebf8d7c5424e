import type { HoverView } from '../views/meterView.ts';
import { defused } from './plainText.ts';

/** The bar as a standalone SVG picture for a theme. */
export type RenderBar = (bar: NonNullable<HoverView['context']>['bar']) => string;

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
    return `${escapeMarkdown(label)}: **${escapeMarkdown(value)}**${more}`;
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

/** The picture with its text twin; the text alone until the chart is loaded. */
function barMarkdown(bar: Parameters<RenderBar>[0], renderBar: RenderBar | undefined): string {
  const text = escapeMarkdown(bar.text);
  if (!renderBar) return text;
  const svg = renderBar(bar);
  // VS Code places the hover before the picture is loaded: without its size the text takes its place, far wider.
  const [, width, height] = /^<svg[^>]*? width="(\d+)"[^>]*? height="(\d+)"/.exec(svg) ?? [];
  const size = width === undefined ? '' : `|width=${width},height=${height}`;
  return `![${text}](data:image/svg+xml;base64,${base64(svg)}${size})`;
}

function links(view: HoverView): string {
  const usage = '[$(graph) Show Usage](command:agentTokenMeter.showUsage)';
  if (view.sessionKey === undefined) return usage;
  const argument = encodeURIComponent(JSON.stringify([view.sessionKey]));
  return `[$(search) What consumed my tokens](command:agentTokenMeter.showAttribution?${argument}) &nbsp;·&nbsp; ${usage}`;
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
