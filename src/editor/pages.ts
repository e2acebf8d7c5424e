import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { WindowName } from '../views/usageReport.ts';
import { attributionPage } from './attributionPage.ts';
import { Page } from './page.ts';
import { presentation } from './presentation.ts';
import { thresholds } from './settings.ts';

/** The pages of this window and what they were last asked to show. */
export interface Pages extends vscode.Disposable {
  showUsage(): void;
  /** @param sessionKey the session to show; the live one without */
  showAttribution(sessionKey?: string): void;
  showHealth(): void;
  refresh(): void;
}

/** The Show Usage page, the attribution panel and the health page. The chosen window of time is kept over restarts. */
export function createPages(engine: Engine, context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Pages {
  const onError = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const chosen = { window: context.globalState.get<WindowName>('window', 'week') };

  const usage: Page = new Page(
    {
      viewType: 'agentTokenMeter.usage',
      file: 'dashboard',
      title: 'Show Usage',
      async picture() {
        const request = { ...presentation(), window: chosen.window, thresholds: thresholds() };
        return { type: 'dashboard', view: await engine.dashboard(request) };
      },
      async wish(message) {
        if (message.type === 'showAttribution') attribution.open();
        if (message.type === 'showHealth') health.open();
        if (message.type !== 'window') return;
        chosen.window = message.name;
        await context.globalState.update('window', message.name);
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
    refresh() {
      void usage.refresh();
      void attribution.refresh();
      void health.refresh();
    },
    dispose() {
      for (const disposable of [...serializers, usage, attribution, health]) disposable.dispose();
    },
  };
}
