import { homedir, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { AGENT_IDS, AGENT_LABELS } from './agents/allAgents.ts';
import { loadBarPicture } from './editor/barPicture.ts';
import { registerCommands } from './editor/commands.ts';
import { type ExtensionApi, extensionApi } from './editor/extensionApi.ts';
import { engineGone, keepMeterLive } from './editor/liveMeter.ts';
import { createPages } from './editor/pages.ts';
import { engineSettings, keepSettingsLive } from './editor/settings.ts';
import { StatusBarMeter } from './editor/statusBarMeter.ts';
import { logHealth, reportTroubles } from './editor/troubles.ts';
import { openEngine } from './engine/openEngine.ts';

/** Builds the chain: transcripts are read and stored in the engine's worker; this window asks it for views and shows them. */
export async function activate(context: vscode.ExtensionContext): Promise<ExtensionApi> {
  const log = vscode.window.createOutputChannel('Agent Token Meter', { log: true });
  const meter = new StatusBarMeter();
  context.subscriptions.push(log, meter);
  // Another home for the agents' folders: for trying the extension on other transcripts than one's own.
  const otherHome = process.env.ATM_HOME;

  const opening = openEngine({
    workerPath: vscode.Uri.joinPath(context.extensionUri, 'dist', 'engineWorker.js').fsPath,
    storageDir: context.globalStorageUri.fsPath,
    place: {
      home: otherHome ?? homedir(),
      env: otherHome === undefined ? { ...process.env } : {},
      platform: process.platform,
    },
    settings: engineSettings(AGENT_IDS),
    user: userInfo().username,
  });
  const engine = await opening.catch((error: unknown) => {
    meter.show(engineGone);
    log.error(error instanceof Error ? error : String(error));
    throw error;
  });
  const pages = createPages(engine, context, log);
  context.subscriptions.push(
    pages,
    reportTroubles(engine, log),
    keepSettingsLive(engine, AGENT_IDS),
    keepMeterLive(engine, meter, log),
    engine.onChanged(() => pages.refresh()),
    registerCommands(pages, engine, log, AGENT_LABELS),
    { dispose: () => engine.dispose() },
  );
  void engine.sweep().then(() => logHealth(engine, log));
  void loadBarPicture(context.extensionUri).then((renderBar) => meter.redraw(renderBar));
  return extensionApi(engine, meter);
}
