import assert from 'node:assert/strict';
import { FIXED_KINDS, type Kind } from '../../../src/ledger/kind.ts';
import { contrast, inkOn } from '../../../webview/charts/contrast.ts';
import { imagePaint } from '../../../webview/charts/paint.ts';
import {
  CLASS_COLOURS,
  KIND_COLOURS,
  SWATCHES,
  swatchesAmong,
  swatchOf,
  THEME_KINDS,
  type ThemeKind,
} from '../../../webview/charts/palette.ts';
import { paletteCss } from '../../../webview/charts/paletteSheet.ts';
import { colourDistance, SIGHTS } from './colourDistance.ts';

/** What charts stand on in VS Code's own themes: the editor, a widget, a hover. */
const BACKGROUNDS: Record<ThemeKind, string[]> = {
  dark: ['#1f1f1f', '#1e1e1e', '#202020', '#252526'],
  light: ['#ffffff', '#f8f8f8', '#f3f3f3'],
  highContrast: ['#000000', '#0c141f'],
  highContrastLight: ['#ffffff'],
};

describe('contrast', () => {
  for (const [a, b, ratio] of [
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#1f1f1f', '#1f1f1f', 1],
  ] as const)
    it(`is ${ratio} between ${a} and ${b}`, () => assert.equal(Number(contrast(a, b).toFixed(2)), ratio));
});

describe('the palette', () => {
  for (const theme of THEME_KINDS) {
    const colours = [...Object.entries(KIND_COLOURS[theme]), ...Object.entries(CLASS_COLOURS[theme])];

    it(`can be told from the background in ${theme}`, () => {
      const poor = colours.flatMap(([name, colour]) =>
        BACKGROUNDS[theme].filter((back) => contrast(colour, back) < 3).map((back) => `${name} ${colour} on ${back}`),
      );
      assert.deepEqual(poor, []);
    });

    it(`carries a readable label in ${theme}`, () => {
      assert.deepEqual(
        colours.filter(([, colour]) => contrast(colour, inkOn(colour)) < 4.5),
        [],
      );
    });

    it(`has readable text in the hover in ${theme}`, () => {
      const { text, secondaryText } = imagePaint(theme);
      for (const back of BACKGROUNDS[theme])
        for (const colour of [text, secondaryText]) assert.ok(contrast(colour, back) >= 4.5, `${colour} on ${back}`);
    });

    for (const sight of SIGHTS)
      it(`keeps any two kinds apart in ${theme} for ${sight} sight`, () => {
        const names = SWATCHES.map((name) => name as keyof (typeof KIND_COLOURS)[ThemeKind]);
        const close = names.flatMap((a, i) =>
          names
            .slice(0, i)
            .filter((b) => colourDistance(KIND_COLOURS[theme][a], KIND_COLOURS[theme][b], sight) < 0.05)
            .map((b) => `${a} ${b}`),
        );
        assert.deepEqual(close, []);
      });
  }

  it('has a colour of its own for every fixed kind, and one for what it does not know', () => {
    assert.deepEqual(FIXED_KINDS.map(swatchOf), [...FIXED_KINDS]);
    assert.equal(swatchOf('rest'), 'rest');
    assert.equal(swatchOf('constructor' as Kind), 'other');
  });

  it('gives an MCP server one of five shades, always the same', () => {
    const servers = Array.from({ length: 200 }, (_, i) => swatchOf(`mcp:server-${i}`));
    assert.deepEqual([...new Set(servers)].toSorted(), ['mcp0', 'mcp1', 'mcp2', 'mcp3', 'mcp4']);
    assert.deepEqual(
      ['github', 'linear', ''].map((name) => swatchOf(`mcp:${name}`)),
      ['mcp3', 'mcp0', 'mcp0'],
    );
  });

  it('gives MCP servers that are seen together different shades, as far as there are some', () => {
    const kinds = Array.from({ length: 5 }, (_, i): Kind => `mcp:server-${i * 5}`);
    assert.ok(new Set(kinds.map(swatchOf)).size < kinds.length, 'some of these have one shade by themselves');
    for (const order of [kinds, kinds.toReversed()]) {
      const swatches = swatchesAmong(['read', ...order, 'rest', ...order]);
      assert.deepEqual(kinds.map(swatches).toSorted(), ['mcp0', 'mcp1', 'mcp2', 'mcp3', 'mcp4']);
      assert.deepEqual(kinds.map(swatches), kinds.map(swatchesAmong(kinds)), 'whatever order they come in');
      assert.deepEqual([swatches('read'), swatches('rest')], ['read', 'rest']);
    }
    const [first = 'other'] = kinds.toSorted();
    assert.equal(swatchesAmong(kinds)(first), swatchOf(first), 'who comes first by name keeps its own');
    assert.equal(swatchesAmong(['mcp:a', 'mcp:b', 'mcp:c', 'mcp:d', 'mcp:e', 'mcp:f'])('mcp:f'), swatchOf('mcp:f'));
  });

  it('becomes custom properties by theme, high contrast light last', () => {
    const css = paletteCss();
    assert.deepEqual(
      [...css.matchAll(/body\.([a-z-]+)\{/g)].map((match) => match[1]),
      ['vscode-dark', 'vscode-light', 'vscode-high-contrast', 'vscode-high-contrast-light'],
    );
    assert.ok(
      css.includes(`--atm-kind-read:${KIND_COLOURS.dark.read};--atm-ink-read:${inkOn(KIND_COLOURS.dark.read)};`),
    );
    assert.ok(css.includes(`--atm-class-output:${CLASS_COLOURS.highContrastLight.output};`));
  });
});
