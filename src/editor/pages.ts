import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { attributionPage } from './attributionPage.ts';
import { Page } from './page.ts';
import { presentation } from './presentation.ts';
import { usagePage } from './usagePage.ts';

/** An open page is made anew at least this often. */
const CLOCK_MS = 60_000;

/** The pages of this window and what they were last asked to show. */
export interface Pages extends vscode.Disposable {
  showUsage(): void;
  /** @param sessionKey the session to show; the live one without */
  showAttribution(sessionKey?: string): void;
  showHealth(): void;
  /** Resolves when all that are visible show what is known now. */
  refresh(): Promise<void>;
}

/** The Show Usage page, the attribution panel and the health page. What was chosen is kept over restarts. */
export function createPages(engine: Engine, context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Pages {
  const onError = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const usageKind = usagePage(engine, context);
  const usage: Page = new Page(
    {
      viewType: 'agentTokenMeter.usage',
      file: 'dashboard',
      title: 'Show Usage',
      ...usageKind,
      async wish(message) {
        if (message.type === 'showAttribution') attribution.open();
        if (message.type === 'showHealth') health.open();
        await usageKind.wish(message);
      },
      onError,
    },
    context.extensionUri,
  );

  const attributionKind = attributionPage(engine, context, () => usage.open());
  const attribution: Page = new Page(
    {
      viewType: 'agentTokenMeter.attribution',
      file: 'attribution',
      title: 'What consumed my tokens',
      ...attributionKind,
      onError,
    },
    context.extensionUri,
  );

  const health: Page = new Page(
    {
      viewType: 'agentTokenMeter.health',
      file: 'health',
      title: 'Health',
      picture: async () => ({ type: 'health', view: await engine.health(presentation()) }),
      wish(message) {
        if (message.type === 'showUsage') usage.open();
      },
      onError,
    },
    context.extensionUri,
  );

  // Days begin and spans end without any file changing.
  const clock = setInterval(() => void usage.refresh(), CLOCK_MS);
  const serializers = [
    vscode.window.registerWebviewPanelSerializer('agentTokenMeter.usage', usage),
    vscode.window.registerWebviewPanelSerializer('agentTokenMeter.attribution', attribution),
    vscode.window.registerWebviewPanelSerializer('agentTokenMeter.health', health),
  ];
  return {
    showUsage: () => usage.open(),
    showAttribution(sessionKey) {
      const choosing = sessionKey === undefined ? Promise.resolve() : attributionKind.choose(sessionKey);
      choosing.catch(onError).then(() => attribution.open());
    },
    showHealth: () => health.open(),
    async refresh() {
      await Promise.all([usage.refresh(), attribution.refresh(), health.refresh()]);
    },
    dispose() {
      clearInterval(clock);
      for (const disposable of [...serializers, usage, attribution, health]) disposable.dispose();
    },
  };
}
