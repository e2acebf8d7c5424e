import * as vscode from 'vscode';
import { problemText } from '../views/problemText.ts';
import type { HostMessage, PageMessage } from '../views/protocol.ts';
import { pageHtml, pagesFolder } from './pageHtml.ts';
import { parsePageMessage } from './pageMessage.ts';

/** What a page shows, and how it is named. */
export interface PageContent {
  /** Name of its built script: `dist/webview/<file>.js`. */
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

/** Where a page is shown: a tab, or a part of the sidebar. */
export interface PagePlace {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
}

/** Fills the place of a page with pictures, as long as there is one: when the page is ready, and on `refresh`. */
export class PageFiller {
  readonly #content: PageContent;
  readonly #extensionUri: vscode.Uri;
  #place: PagePlace | undefined;
  #pictureNumber = 0;

  constructor(content: PageContent, extensionUri: vscode.Uri) {
    this.#content = content;
    this.#extensionUri = extensionUri;
  }

  /** @param place `undefined`: there is none any more */
  fill(place: PagePlace | undefined): void {
    this.#place = place;
    if (!place) return;
    const { webview } = place;
    webview.options = { enableScripts: true, localResourceRoots: [pagesFolder(this.#extensionUri)] };
    webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    webview.html = pageHtml(webview, this.#extensionUri, this.#content.file, this.#content.title);
  }

  /** Sends the picture of now to a visible page. When several are asked for at once, only the newest is sent. */
  async refresh(): Promise<void> {
    if (!this.#place?.visible) return;
    const number = ++this.#pictureNumber;
    try {
      const message = await this.#content.picture();
      if (number !== this.#pictureNumber) return;
      await this.#place?.webview.postMessage(message);
      const fuller = await this.#content.afterwards?.();
      if (fuller && number === this.#pictureNumber) await this.#place?.webview.postMessage(fuller);
    } catch (error) {
      this.#content.onError(error);
      if (number !== this.#pictureNumber) return;
      const problem: HostMessage = { type: 'problem', text: problemText(error) };
      await this.#place?.webview.postMessage(problem);
    }
  }

  async #receive(message: unknown): Promise<void> {
    const wish = parsePageMessage(message);
    if (!wish) return;
    if (wish.type === 'showLog') {
      await vscode.commands.executeCommand('agentTokenMeter.showLog');
      return;
    }
    try {
      await this.#content.wish?.(wish);
    } catch (error) {
      this.#content.onError(error);
    }
    await this.refresh();
  }
}
