import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BarView } from '../../../src/views/barView.ts';
import { THEME_KINDS, type ThemeKind } from '../../../webview/charts/palette.ts';
import { sampleBar } from '../../../webview/gallery/sampleViews.ts';
import { type GalleryState, STATE_NAMES, STATES } from '../../../webview/gallery/states.ts';
import { xmlProblem } from './xmlProblem.ts';

const WRITE = process.env.UPDATE_EXPECTED === '1';
const root = path.join(import.meta.dirname, '../../..');
const golden = path.join(import.meta.dirname, 'golden');
const CASES = STATE_NAMES.flatMap((state) =>
  (state === 'fourteenKinds' ? THEME_KINDS : (['dark'] as const)).map((theme) => ({
    state,
    theme,
    name: `${state}.${theme}`,
  })),
);

describe('the attribution chart in the hover', () => {
  let hoverSvg: (bar: BarView, theme: ThemeKind) => string;
  let kindColours: (bar: BarView, theme: ThemeKind) => (kind: string) => string;
  const outDir = mkdtempSync(path.join(tmpdir(), 'atm-hover-'));

  before(async function () {
    this.timeout(60_000);
    const { build } = await import('vite');
    await build({ root, configFile: path.join(root, 'vite.hover.config.mts'), logLevel: 'silent', build: { outDir } });
    ({ hoverSvg, kindColours } = createRequire(import.meta.url)(path.join(outDir, 'hoverSvg.cjs')));
  });
  after(() => rmSync(outDir, { recursive: true, force: true }));

  for (const { state, theme, name } of CASES)
    it(`draws ${name} as it did`, () => {
      const svg = hoverSvg(sampleBar(STATES[state]), theme);
      const file = path.join(golden, `${name}.svg`);
      if (WRITE) writeFileSync(file, `${svg}\n`);
      assert.ok(
        existsSync(file),
        `${name}.svg is missing in golden/; look at the picture, then run with UPDATE_EXPECTED=1`,
      );
      assert.equal(`${svg}\n`, readFileSync(file, 'utf8'));
    });

  it('has no golden file that nobody draws', () => {
    assert.deepEqual(readdirSync(golden).toSorted(), CASES.map(({ name }) => `${name}.svg`).toSorted());
  });

  for (const { state, theme, name } of CASES)
    it(`gives small well-formed XML without styles or scripts for ${name}`, () => {
      const svg = hoverSvg(sampleBar(STATES[state]), theme);
      assert.equal(xmlProblem(svg), undefined);
      assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="360" height="\d+"/);
      assert.doesNotMatch(svg, /<(script|style|foreignObject|image|a)\b|\s(style|class|href|on\w+)=|var\(|url\(/);
      assert.ok(Buffer.byteLength(svg) < 15_000, `${Buffer.byteLength(svg)} bytes`);
    });

  it('names the largest parts, and gives their colours to the table beside it', () => {
    const bar = sampleBar(STATES.fourteenKinds);
    const svg = hoverSvg(bar, 'light');
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    assert.deepEqual(texts, ['Read 29%', '16%', '13%', 'other (11 kinds) 42%']);
    for (const { kind } of bar.segments) assert.ok(svg.includes(`fill="${kindColours(bar, 'light')(kind)}"`), kind);
  });

  it('drops what would turn the direction of text, and what XML cannot hold', () => {
    const kinds: GalleryState['kinds'] = [['mcp:x', 'MCP \u202Eesrever\u0000\uD800', 10]];
    const svg = hoverSvg(sampleBar({ ...STATES.hostileNames, kinds }), 'dark');
    assert.doesNotMatch(svg, /\p{Cc}|\p{Cs}|[\u202A-\u202E\u2066-\u2069]/u);
    assert.match(svg, /MCP esreve/);
  });
});
