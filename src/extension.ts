import * as vscode from 'vscode';
import { keepAlertsLive } from './editor/alerts.ts';
import { loadBarPicture } from './editor/barPicture.ts';
import { registerCommands, registerLogCommands } from './editor/commands.ts';
import { extensionApi } from './editor/extensionApi.ts';
import { offerMcpServer, registerAgentTools } from './editor/languageModelTools.ts';
import { reportLimitProblems } from './editor/limitProblems.ts';
import { engineGone, keepMeterLive } from './editor/liveMeter.ts';
import { createPages } from './editor/pages.ts';
import { keepPriceListFresh } from './editor/priceListFetch.ts';
import type { AgentTokenMeter } from './editor/publicApi.ts';
import { oneAtATime } from './editor/refreshing.ts';
import { keepHistoryShort } from './editor/retention.ts';
import { keepSettingsLive, settingsReader } from './editor/serverSettings.ts';
import { createSidebar } from './editor/sidebar.ts';
import { StatusBarMeter } from './editor/statusBarMeter.ts';
import { logHealth, reportTroubles } from './editor/troubles.ts';
import { whereabouts } from './editor/whereabouts.ts';
import { openEngine } from './engine/openEngine.ts';
import { speak } from './views/text.ts';

/** Builds the chain: transcripts are read and stored in the engine's worker; this window asks it for views and shows them. */
export async function activate(context: vscode.ExtensionContext): Promise<AgentTokenMeter | undefined> {
  speak(() => vscode.l10n.bundle);
  const log = vscode.window.createOutputChannel('Agent Token Meter', { log: true });
  const meter = new StatusBarMeter();
  context.subscriptions.push(log, meter);
  try {
    const where = whereabouts(context);
    const readSettings = settingsReader(context.secrets, log);
    const engine = await openEngine({
      workerPath: vscode.Uri.joinPath(context.extensionUri, 'dist', 'engineWorker.js').fsPath,
      ...where,
      settings: await readSettings(),
    });
    const pages = createPages(engine, readSettings, context, log);
    context.subscriptions.push(
      pages,
      reportTroubles(engine, log),
      keepSettingsLive(engine, readSettings, context.secrets, log),
      keepMeterLive(engine, meter, log),
      engine.onChanged(oneAtATime(() => pages.refresh())),
      createSidebar(engine, pages, context, log),
      registerAgentTools(engine),
      offerMcpServer(context, where.storageDir),
      registerCommands(pages, engine, context, log),
      keepHistoryShort(engine, context.globalState, log),
      reportLimitProblems(pages, log),
      keepAlertsLive(engine, pages, log),
      { dispose: () => engine.dispose() },
    );
    const afterSweep = (): Promise<void> => {
      context.subscriptions.push(keepPriceListFresh(engine, log));
      return logHealth(engine, log);
    };
    void engine.sweep().then(afterSweep, () => undefined);
    void loadBarPicture(context.extensionUri).then((renderBar) => meter.redraw(renderBar));
    return extensionApi(engine, meter);
  } catch (error) {
    meter.show(engineGone());
    log.error(error instanceof Error ? error : String(error));
    context.subscriptions.push(registerLogCommands(context, log));
    return undefined;
  }
}
