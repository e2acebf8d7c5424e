import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { PAGE_NAMES, type PageName } from '../views/pageNames.ts';
import { attributionPage } from './attributionPage.ts';
import { limitsPage } from './limitsPage.ts';
import { Page, type PageKind } from './page.ts';
import { presentation } from './presentation.ts';
import { pricesPage } from './pricesPage.ts';
import { requestsPage } from './requestsPage.ts';
import type { ReadSettings } from './serverSettings.ts';
import { usagePage } from './usagePage.ts';

/** An open page is made anew at least this often. */
const CLOCK_MS = 60_000;

/** The pages of this window and what they were last asked to show. */
export interface Pages extends vscode.Disposable {
  show(page: PageName): void;
  /** @param sessionKey the session to show; the live one without */
  showAttribution(sessionKey?: string): void;
  /** Resolves when all that are visible show what is known now. */
  refresh(): Promise<void>;
}

/** Every page, each in a tab of its own. What was chosen is kept over restarts. */
export function createPages(
  engine: Engine,
  readSettings: ReadSettings,
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Pages {
  const onError = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const usage = usagePage(engine, context);
  const attribution = attributionPage(engine, context);
  const requests = requestsPage(engine, context, onError);
  const contents: Record<PageName, Omit<PageKind, 'viewType' | 'standing' | 'onError'>> = {
    usage: { title: vscode.l10n.t('Usage'), file: 'dashboard', ...usage },
    requests: { title: vscode.l10n.t('Requests'), file: 'requests', ...requests },
    attribution: { title: vscode.l10n.t('What consumed my tokens'), file: 'attribution', ...attribution },
    prices: { title: vscode.l10n.t('Prices'), file: 'prices', ...pricesPage(engine, log) },
    limits: { title: vscode.l10n.t('Limits'), file: 'limits', ...limitsPage(engine, readSettings) },
    health: {
      title: vscode.l10n.t('Health'),
      file: 'health',
      picture: async () => ({ type: 'health', view: await engine.health(presentation()) }),
    },
  };

  const showAttribution = (sessionKey?: string): void => {
    const choosing = sessionKey === undefined ? Promise.resolve() : attribution.choose(sessionKey);
    choosing.catch(onError).then(() => show('attribution'));
  };

  const pages = new Map<PageName, Page>();
  const show = (name: PageName): void => pages.get(name)?.open();
  for (const name of PAGE_NAMES) {
    const content = contents[name];
    const kind: PageKind = {
      viewType: `agentTokenMeter.${name}`,
      ...content,
      standing: () => engine.standing(presentation()),
      async wish(message) {
        if (message.type === 'show') show(message.page);
        if (message.type === 'showSession') showAttribution(message.key);
        if (message.type === 'showRequests') {
          await requests.choose(usage.chosen());
          show('requests');
        }
        await content.wish?.(message);
      },
      onError,
    };
    pages.set(name, new Page(kind, context.extensionUri));
  }

  const refresh = async (): Promise<void> => {
    await Promise.all([...pages.values()].map((page) => page.refresh()));
  };
  // Days begin and spans end without any file changing.
  const clock = setInterval(() => void refresh(), CLOCK_MS);
  // Some settings change nothing but how figures are shown.
  const settings = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('agentTokenMeter')) void refresh();
  });
  const serializers = [...pages].map(([name, page]) =>
    vscode.window.registerWebviewPanelSerializer(`agentTokenMeter.${name}`, page),
  );
  return {
    show,
    showAttribution,
    refresh,
    dispose() {
      clearInterval(clock);
      for (const disposable of [...serializers, settings, ...pages.values()]) disposable.dispose();
    },
  };
}
