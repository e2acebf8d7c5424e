import * as vscode from 'vscode';
import { problemText, silenceText } from '../views/problemText.ts';
import type { HostMessage, PageMessage } from '../views/protocol.ts';
import { pageHtml, pagesFolder } from './pageHtml.ts';
import { parsePageMessage } from './pageMessage.ts';
import { retryMs, tellingSilence } from './refreshing.ts';

/** What a page shows, and how it is named. */
export interface PageContent {
  /** Name of its built script: `dist/webview/<file>.js`. */
  file: string;
  title: string;
  /** The whole picture, now. */
  picture(): Promise<HostMessage>;
  /** A fuller picture of what takes longer; `undefined` when there is nothing to add. Asked for when the picture was sent. */
  afterwards?(): Promise<HostMessage | undefined>;
  /** Why what is stored is not what the picture rests on; `null` when it is. */
  standing(): Promise<string | null>;
  /** A wish of the page that changes the next picture. */
  wish?(message: PageMessage): void | Promise<void>;
  onError(error: unknown): void;
}

/** Where a page is shown: a tab, or a part of the sidebar. */
export interface PagePlace {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
}

/** So many pictures are asked for at once: a slow one does not keep the next waiting. */
const MOST_UNDER_WAY = 2;

/** Fills the place of a page with pictures, as long as there is one: when the page is ready, and on `refresh`. */
export class PageFiller {
  readonly #content: PageContent;
  readonly #extensionUri: vscode.Uri;
  #place: PagePlace | undefined;
  /** Number of the picture that was asked for last, and of the one that is shown. */
  #asked = 0;
  #shown = 0;
  #underWay = 0;
  #isWanted = false;
  /** What was sent last. A page that was hidden has neither any more: it is given them again while there is nothing newer. */
  #picture: HostMessage | undefined;
  #problem: HostMessage | undefined;
  #standing: string | null = null;
  #isBlank = true;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(content: PageContent, extensionUri: vscode.Uri) {
    this.#content = content;
    this.#extensionUri = extensionUri;
  }

  /** @param place `undefined`: there is none any more */
  fill(place: PagePlace | undefined): void {
    this.#place = place;
    this.#picture = undefined;
    this.#problem = undefined;
    this.#standing = null;
    this.#isBlank = true;
    if (!place) return;
    const { webview } = place;
    webview.options = { enableScripts: true, localResourceRoots: [pagesFolder(this.#extensionUri)] };
    webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    webview.html = pageHtml(webview, this.#extensionUri, this.#content.file, this.#content.title);
  }

  /**
   * Sends the picture of now to a visible page. While some are under way the next one waits, however often it is asked for; each that comes is
   * shown, but for one that is older than what is shown: somebody who scrolls asks more often than answers come.
   */
  async refresh(): Promise<void> {
    if (!this.#place?.visible) return;
    if (this.#underWay >= MOST_UNDER_WAY) {
      this.#isWanted = true;
      return;
    }
    const number = ++this.#asked;
    this.#underWay++;
    await this.#show(number, () =>
      tellingSilence(this.#content.picture(), () => void this.#tellProblem(number, silenceText())),
    );
    this.#underWay--;
    if (this.#isWanted) {
      this.#isWanted = false;
      await this.refresh();
    } else if (number === this.#asked && this.#problem === undefined) {
      await this.#show(number, async () => this.#content.afterwards?.());
      await this.#show(number, () => this.#newStanding());
    }
  }

  async #newStanding(): Promise<HostMessage | undefined> {
    const text = await this.#content.standing();
    return text === this.#standing ? undefined : { type: 'standing', text };
  }

  /** Sends a picture unless a newer one is shown by then; what went wrong is said above the one of before. */
  async #show(number: number, ask: () => Promise<HostMessage | undefined>): Promise<void> {
    let message: HostMessage | undefined;
    try {
      message = await ask();
    } catch (error) {
      this.#content.onError(error);
      this.#failures++;
      await this.#tellProblem(number, problemText(error));
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        void this.refresh();
      }, retryMs(this.#failures)).unref();
      return;
    }
    if (!message || number < this.#shown) return;
    this.#shown = number;
    // Known to the page only now: one that came too late is told by the next.
    if (message.type === 'standing') this.#standing = message.text;
    else this.#picture = message;
    this.#problem = undefined;
    this.#isBlank = false;
    this.#failures = 0;
    await this.#post(message);
  }

  async #tellProblem(number: number, text: string): Promise<void> {
    if (number < this.#shown) return;
    this.#problem = { type: 'problem', text };
    if (this.#isBlank && this.#picture) await this.#post(this.#picture);
    this.#isBlank = false;
    await this.#post(this.#problem);
  }

  async #post(message: HostMessage): Promise<void> {
    try {
      await this.#place?.webview.postMessage(message);
    } catch (error) {
      // The page was closed meanwhile.
      this.#content.onError(error);
    }
  }

  async #receive(message: unknown): Promise<void> {
    const wish = parsePageMessage(message);
    if (!wish) return;
    if (wish.type === 'showLog') {
      await vscode.commands.executeCommand('agentTokenMeter.showLog');
      return;
    }
    if (wish.type === 'ready') {
      this.#standing = null;
      this.#isBlank = true;
      if (this.#problem?.type === 'problem') await this.#tellProblem(this.#asked, this.#problem.text);
    }
    try {
      await this.#content.wish?.(wish);
    } catch (error) {
      this.#content.onError(error);
    }
    await this.refresh();
  }
}
