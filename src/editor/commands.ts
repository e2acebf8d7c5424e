import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { copyTeamNameKey, rotateTeamNameKey, setTeamNameKey } from './nameKeyCommands.ts';
import { setOtlpHeaders } from './otlpCommands.ts';
import type { Pages } from './pages.ts';
import { pickProvenance } from './provenancePicker.ts';
import { copyServerAddress, copyServerToken, rotateServerToken } from './serverCommands.ts';
import { copySessionId, openTranscript, whySessionCounted } from './sessionCommands.ts';
import { backUpStore, checkStore, compactStore, rebuildStore, restoreStore } from './storeCommands.ts';
import { connectTeamStore, disconnectTeamStore } from './teamCommands.ts';
import { logHealth } from './troubles.ts';

/** Registers every command of the manifest. Arguments come from links and other extensions: anything but a text counts as none. */
export function registerCommands(
  pages: Pages,
  engine: Engine,
  { secrets }: Pick<vscode.ExtensionContext, 'secrets'>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands: Record<string, (...given: unknown[]) => unknown> = {
    'agentTokenMeter.showUsage': () => pages.show('usage'),
    'agentTokenMeter.showRequests': () => pages.show('requests'),
    'agentTokenMeter.showAttribution': (key) => pages.showAttribution(typeof key === 'string' ? key : undefined),
    'agentTokenMeter.whyCounted': () => pickProvenance(engine),
    'agentTokenMeter.openTranscript': (item) => openTranscript(engine, item),
    'agentTokenMeter.copySessionId': (item) => copySessionId(item),
    'agentTokenMeter.whySessionCounted': (item) => whySessionCounted(engine, item),
    'agentTokenMeter.refresh': () => engine.sweep(),
    'agentTokenMeter.showLimits': () => pages.show('limits'),
    'agentTokenMeter.showHealth': () => pages.show('health'),
    'agentTokenMeter.showPrices': () => pages.show('prices'),
    'agentTokenMeter.checkStore': () => checkStore(engine),
    'agentTokenMeter.rebuildStore': () => rebuildStore(engine),
    'agentTokenMeter.backUpStore': () => backUpStore(engine),
    'agentTokenMeter.restoreStore': () => restoreStore(engine),
    'agentTokenMeter.compactStore': () => compactStore(engine),
    'agentTokenMeter.connectTeamStore': () => connectTeamStore(engine, secrets),
    'agentTokenMeter.disconnectTeamStore': () => disconnectTeamStore(secrets),
    'agentTokenMeter.copyTeamNameKey': () => copyTeamNameKey(secrets),
    'agentTokenMeter.setTeamNameKey': () => setTeamNameKey(secrets),
    'agentTokenMeter.rotateTeamNameKey': () => rotateTeamNameKey(secrets),
    'agentTokenMeter.copyServerAddress': () => copyServerAddress(engine),
    'agentTokenMeter.copyServerToken': () => copyServerToken(secrets),
    'agentTokenMeter.rotateServerToken': () => rotateServerToken(secrets),
    'agentTokenMeter.setOtlpHeaders': () => setOtlpHeaders(secrets),
    'agentTokenMeter.showLog': async () => {
      log.show();
      await logHealth(engine, log).catch((error: unknown) => log.error(error instanceof Error ? error : String(error)));
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

/** Every command of the manifest leads to the log, while there is no engine. */
export function registerLogCommands(
  { extension }: Pick<vscode.ExtensionContext, 'extension'>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const declared: { command: string }[] = extension.packageJSON.contributes.commands;
  return vscode.Disposable.from(
    ...declared.map(({ command }) => vscode.commands.registerCommand(command, () => log.show())),
  );
}
