import { inkOn } from './contrast.ts';
import { KIND_COLOURS, type Swatch, type ThemeKind } from './palette.ts';

/** The colours and fonts that a chart is drawn with: literal ones where no page surrounds it, theme variables in a page. */
export interface Paint {
  fill: (swatch: Swatch) => string;
  /** Of a label upon the fill. */
  ink: (swatch: Swatch) => string;
  text: string;
  secondaryText: string;
  fontFamily: string;
  fontSize: number;
}

/** Colours by custom properties, which `paletteSheet` defines, and VS Code's own variables. */
export const PAGE_PAINT: Paint = {
  fill: (swatch) => `var(--atm-kind-${swatch})`,
  ink: (swatch) => `var(--atm-ink-${swatch})`,
  text: 'var(--vscode-foreground)',
  secondaryText: 'var(--vscode-descriptionForeground)',
  fontFamily: 'var(--vscode-font-family)',
  fontSize: 13,
};

/** Text colours of VS Code's hover in its default themes: an image cannot read theme variables. */
const HOVER_TEXT: Record<ThemeKind, { text: string; secondaryText: string }> = {
  dark: { text: '#cccccc', secondaryText: '#9d9d9d' },
  light: { text: '#3b3b3b', secondaryText: '#616161' },
  highContrast: { text: '#ffffff', secondaryText: '#ffffff' },
  highContrastLight: { text: '#292929', secondaryText: '#292929' },
};

/** Literal colours for an image. */
export function imagePaint(theme: ThemeKind): Paint {
  const colour = (swatch: Swatch) => KIND_COLOURS[theme][swatch];
  return {
    fill: colour,
    ink: (swatch) => inkOn(colour(swatch)),
    ...HOVER_TEXT[theme],
    fontFamily: "-apple-system,BlinkMacSystemFont,'Segoe WPC','Segoe UI',system-ui,Ubuntu,'Droid Sans',sans-serif",
    fontSize: 12,
  };
}
