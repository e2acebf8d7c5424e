import * as vscode from 'vscode';
import { type PageContent, PageFiller } from './pageFiller.ts';

/** One kind of page in a tab. */
export interface PageKind extends PageContent {
  viewType: string;
}

/**
 * A page that exists at most once per window. It is filled when it says it is ready, when it becomes visible and when figures change while
 * it is; so a hidden, reloaded or restored page is never out of date.
 */
export class Page implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #kind: PageKind;
  readonly #extensionUri: vscode.Uri;
  readonly #filler: PageFiller;
  #panel: vscode.WebviewPanel | undefined;

  constructor(kind: PageKind, extensionUri: vscode.Uri) {
    this.#kind = kind;
    this.#extensionUri = extensionUri;
    this.#filler = new PageFiller(kind, extensionUri);
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      void this.refresh();
      return;
    }
    const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
    this.#adopt(vscode.window.createWebviewPanel(this.#kind.viewType, this.#kind.title, column));
  }

  /** Called by VS Code for a page that was open when the window was closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    this.#adopt(panel);
  }

  /** Sends the picture of now, where the page is visible. */
  refresh(): Promise<void> {
    return this.#filler.refresh();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#filler.fill(undefined);
    });
    panel.onDidChangeViewState(() => this.refresh());
    this.#filler.fill(panel);
  }
}
