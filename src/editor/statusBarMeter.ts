import * as vscode from 'vscode';
import type { MeterView } from '../views/meterView.ts';
import type { Tone } from '../views/tone.ts';
import { hoverMarkdown, type RenderBar } from './hoverMarkdown.ts';

/** VS Code gives status-bar items two backgrounds; below them the foreground tells. */
const BACKGROUNDS: Partial<Record<Tone, string>> = {
  warning: 'statusBarItem.warningBackground',
  critical: 'statusBarItem.errorBackground',
};

/** The status-bar item. Shows what it is given, and nothing of its own. */
export class StatusBarMeter implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  #renderBar: RenderBar | undefined;
  #view: MeterView | undefined;

  constructor() {
    this.#item = vscode.window.createStatusBarItem('agentTokenMeter.meter', vscode.StatusBarAlignment.Right, 110);
    this.#item.name = 'Agent Token Meter';
    this.#item.command = 'agentTokenMeter.showUsage';
    this.#item.text = `$(pulse) ${vscode.l10n.t('tokens')}`;
    this.#item.show();
  }

  /** What is shown, for tests and the exported API. */
  get text(): string {
    return this.#item.text;
  }

  show(view: MeterView): void {
    this.#view = view;
    this.#item.text = view.text;
    const background = BACKGROUNDS[view.tone];
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    this.#item.accessibilityInformation = { label: view.accessibleLabel, role: 'button' };
    this.#showHover(view);
  }

  /** Draws the hover again: with a picture from now on, or in the colours of another theme. */
  redraw(renderBar: RenderBar | undefined = this.#renderBar): void {
    this.#renderBar = renderBar;
    if (this.#view) this.#showHover(this.#view);
  }

  #showHover(view: MeterView): void {
    const markdown = new vscode.MarkdownString(hoverMarkdown(view.hover, this.#renderBar), true);
    // for the colours in the table; every foreign text in it is escaped
    markdown.supportHtml = true;
    markdown.isTrusted = { enabledCommands: ['agentTokenMeter.showUsage', 'agentTokenMeter.showAttribution'] };
    this.#item.tooltip = markdown;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
