import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { BarSegment, BarView } from '../views/barView.ts';
import type { RenderBar } from './hoverMarkdown.ts';

/** The kinds of theme that the chart has colours for. */
type ThemeName = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

interface HoverSvgModule {
  hoverSvg(bar: BarView, theme: ThemeName): string;
  kindColours(bar: BarView, theme: ThemeName): (kind: BarSegment['kind']) => string;
}

const THEMES: Record<vscode.ColorThemeKind, ThemeName> = {
  [vscode.ColorThemeKind.Dark]: 'dark',
  [vscode.ColorThemeKind.Light]: 'light',
  [vscode.ColorThemeKind.HighContrast]: 'highContrast',
  [vscode.ColorThemeKind.HighContrastLight]: 'highContrastLight',
};

/** Loads the chart that the pages mount, compiled for Node. It is a bundle of its own, so that activation does not wait for it. */
export async function loadBarPicture(extensionUri: vscode.Uri): Promise<RenderBar> {
  const file = vscode.Uri.joinPath(extensionUri, 'dist', 'hoverSvg.cjs').fsPath;
  const loaded: HoverSvgModule | { default: HoverSvgModule } = await import(pathToFileURL(file).href);
  const { hoverSvg, kindColours } = 'default' in loaded ? loaded.default : loaded;
  return (bar) => {
    const theme = THEMES[vscode.window.activeColorTheme.kind];
    return { svg: hoverSvg(bar, theme), colourOf: kindColours(bar, theme) };
  };
}
