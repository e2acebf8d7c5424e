import { render } from 'svelte/server';
import type { BarSegment, BarView } from '../../src/views/barView.ts';
import { imagePaint } from './paint.ts';
import { swatchesOfBar, type ThemeKind } from './palette.ts';
import TokenAttributionChart from './TokenAttributionChart.svelte';

const WIDTH = 360;
const BAR_HEIGHT = 28;

/** The colour of each kind of a bar in a theme, `#rrggbb`, for what stands beside the picture. */
export function kindColours(bar: BarView, theme: ThemeKind): (kind: BarSegment['kind']) => string {
  const swatches = swatchesOfBar(bar);
  return (kind) => imagePaint(theme).fill(swatches(kind));
}

/**
 * The attribution chart's bar as a standalone SVG of 360 px, for `<img src="data:image/svg+xml...">`: its legend is text beside it. Every text
 * in it is escaped. Well-formed XML without styles, scripts or references.
 */
export function hoverSvg(bar: BarView, theme: ThemeKind): string {
  const { body } = render(TokenAttributionChart, {
    props: { bar, paint: imagePaint(theme), fixedWidth: WIDTH, barHeight: BAR_HEIGHT, legend: false },
  });
  const svg = body.slice(body.indexOf('<svg'), body.lastIndexOf('</svg>') + '</svg>'.length);
  return xmlText(svg.replace(/<!--.*?-->/gs, '').replace(/>\s+</g, '><'));
}

/** XML has no place for control characters and half surrogate pairs, and a label must not turn the direction of what follows it. */
function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}
