import { inkOn } from './contrast.ts';
import { CLASS_COLOURS, classVariable, KIND_COLOURS, SWATCHES, type ThemeKind } from './palette.ts';

/** The class that VS Code gives a page's body. High contrast light has both high contrast classes, so it stands last. */
const BODY_CLASSES: [ThemeKind, string][] = [
  ['dark', 'vscode-dark'],
  ['light', 'vscode-light'],
  ['highContrast', 'vscode-high-contrast'],
  ['highContrastLight', 'vscode-high-contrast-light'],
];

/** The palette as custom properties, chosen by the body's class. */
export function paletteCss(): string {
  return BODY_CLASSES.map(([theme, bodyClass]) => {
    const kinds = SWATCHES.map((swatch) => {
      const colour = KIND_COLOURS[theme][swatch];
      return `--atm-kind-${swatch}:${colour};--atm-ink-${swatch}:${inkOn(colour)};`;
    });
    const classes = Object.entries(CLASS_COLOURS[theme]).map(
      ([name, colour]) => `${classVariable(name as keyof (typeof CLASS_COLOURS)[ThemeKind])}:${colour};`,
    );
    return `body.${bodyClass}{${kinds.join('')}${classes.join('')}}`;
  }).join('\n');
}

/** Makes the palette known to a page. A constructed sheet needs no inline style, so a strict CSP lets it pass. */
export function installPalette(page: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(paletteCss());
  page.adoptedStyleSheets.push(sheet);
}
