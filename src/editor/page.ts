import * as vscode from 'vscode';
import { problemText } from '../views/problemText.ts';
import type { HostMessage, PageMessage } from '../views/protocol.ts';
import { pageHtml, pagesFolder } from './pageHtml.ts';
import { parsePageMessage } from './pageMessage.ts';

/** One kind of webview page: how it is named, and what it shows. */
export interface PageKind {
  viewType: string;
  /** Name of its built script and style: `dist/webview/<file>.js`. */
  file: string;
  title: string;
  /** The whole picture, now. */
  picture(): Promise<HostMessage>;
  /** A fuller picture of what takes longer; `undefined` when there is nothing to add. Asked for when the picture was sent. */
  afterwards?(): Promise<HostMessage | undefined>;
  /** A wish of the page that changes the next picture. */
  wish?(message: PageMessage): void | Promise<void>;
  onError(error: unknown): void;
}

/**
 * A page that exists at most once per window. It is filled when it says it is ready, when it becomes visible and when figures change while
 * it is; so a hidden, reloaded or restored page is never out of date.
 */
export class Page implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #kind: PageKind;
  readonly #extensionUri: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;
  #pictureNumber = 0;

  constructor(kind: PageKind, extensionUri: vscode.Uri) {
    this.#kind = kind;
    this.#extensionUri = extensionUri;
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      void this.refresh();
      return;
    }
    const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
    this.#adopt(vscode.window.createWebviewPanel(this.#kind.viewType, this.#kind.title, column, this.#options()));
  }

  /** Called by VS Code for a page that was open when the window was closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    panel.webview.options = this.#options();
    this.#adopt(panel);
  }

  /** Sends the picture of now to a visible page. When several are asked for at once, only the newest is sent. */
  async refresh(): Promise<void> {
    if (!this.#panel?.visible) return;
    const number = ++this.#pictureNumber;
    try {
      const message = await this.#kind.picture();
      if (number !== this.#pictureNumber) return;
      await this.#panel?.webview.postMessage(message);
      const fuller = await this.#kind.afterwards?.();
      if (fuller && number === this.#pictureNumber) await this.#panel?.webview.postMessage(fuller);
    } catch (error) {
      this.#kind.onError(error);
      if (number !== this.#pictureNumber) return;
      const problem: HostMessage = { type: 'problem', text: problemText(error) };
      await this.#panel?.webview.postMessage(problem);
    }
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [pagesFolder(this.#extensionUri)] };
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.onDidChangeViewState(() => this.refresh());
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.webview.html = pageHtml(panel.webview, this.#extensionUri, this.#kind.file, this.#kind.title);
  }

  async #receive(message: unknown): Promise<void> {
    const wish = parsePageMessage(message);
    if (!wish) return;
    if (wish.type === 'showLog') {
      await vscode.commands.executeCommand('agentTokenMeter.showLog');
      return;
    }
    try {
      await this.#kind.wish?.(wish);
    } catch (error) {
      this.#kind.onError(error);
    }
    await this.refresh();
  }
}
