import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import type { BarView } from '../views/barView.ts';

/** The kinds of theme that the chart has colours for. */
type ThemeName = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

interface HoverSvgModule {
  hoverSvg(bar: BarView, theme: ThemeName): string;
}

const THEMES: Record<vscode.ColorThemeKind, ThemeName> = {
  [vscode.ColorThemeKind.Dark]: 'dark',
  [vscode.ColorThemeKind.Light]: 'light',
  [vscode.ColorThemeKind.HighContrast]: 'highContrast',
  [vscode.ColorThemeKind.HighContrastLight]: 'highContrastLight',
};

/** Loads the chart that the pages mount, compiled for Node. It is a bundle of its own, so that activation does not wait for it. */
export async function loadBarPicture(extensionUri: vscode.Uri): Promise<(bar: BarView) => string> {
  const file = vscode.Uri.joinPath(extensionUri, 'dist', 'hoverSvg.cjs').fsPath;
  const loaded: HoverSvgModule | { default: HoverSvgModule } = await import(pathToFileURL(file).href);
  const { hoverSvg } = 'default' in loaded ? loaded.default : loaded;
  return (bar) => hoverSvg(bar, THEMES[vscode.window.activeColorTheme.kind]);
}
