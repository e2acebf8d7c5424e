import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { EngineSettings, ServerSettings } from '../engine/engineSettings.ts';
import { isToken, newToken } from '../engine/serverToken.ts';
import { plainLabel } from './plainText.ts';
import { oneAtATime } from './refreshing.ts';
import { SECRETS } from './secrets.ts';
import { engineSettings } from './settings.ts';

const DEFAULT_PORT = 20317;

/** The server's settings as they are now; `undefined` = off. Made with a token of its own when it is first on. */
async function serverSettings(secrets: vscode.SecretStorage): Promise<ServerSettings | undefined> {
  const settings = vscode.workspace.getConfiguration('agentTokenMeter');
  if (settings.get('server.enabled') !== true) return undefined;
  const port = settings.get<unknown>('server.port');
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1024 && port <= 65_535;
  return { port: isPort ? port : DEFAULT_PORT, token: await serverToken(secrets) };
}

/** The token that other programs bring; a new one when there is none yet. Rejects when the key ring cannot be used. */
export async function serverToken(secrets: vscode.SecretStorage): Promise<string> {
  const kept = await secrets.get(SECRETS.serverToken);
  return kept !== undefined && isToken(kept) ? kept : replaceToken(secrets);
}

/** Makes a new token: the old one is refused from now on. Rejects when the key ring cannot be used. */
export async function replaceToken(secrets: vscode.SecretStorage): Promise<string> {
  const token = newToken();
  await secrets.store(SECRETS.serverToken, token);
  return token;
}

/** Reads what the engine is to know of the settings, now. Never rejects. */
export type ReadSettings = () => Promise<EngineSettings>;

/**
 * Reads the settings for the engine. Without a key ring there is no server, and neither the team's store nor a collector of metrics is told:
 * it says so once, and everything else works.
 *
 * @param log told what does not work, and why
 */
export function settingsReader(
  secrets: vscode.SecretStorage,
  log: Pick<vscode.LogOutputChannel, 'error'>,
): ReadSettings {
  const said = new Set<string>();
  const say = (text: string): void => {
    log.error(text);
    if (!said.has(text)) void vscode.window.showWarningMessage(text);
    said.add(text);
  };
  return async () => {
    const settings = await engineSettings(secrets, (what, error) => {
      const reason = plainLabel(String(error), 200);
      say(
        what === 'team'
          ? vscode.l10n.t('The team’s store is told nothing for now, as the key ring cannot be read: {0}', reason)
          : vscode.l10n.t('Metrics are not exported for now, as the key ring cannot be read: {0}', reason),
      );
    });
    try {
      return { ...settings, server: await serverSettings(secrets) };
    } catch (error) {
      say(vscode.l10n.t('The server is off, as its token cannot be kept: {0}', plainLabel(String(error), 200)));
      return settings;
    }
  };
}

/** Tells the engine when the user changes what it reads, a budget or the server, in this window or another one. */
export function keepSettingsLive(
  engine: Engine,
  readSettings: ReadSettings,
  secrets: vscode.SecretStorage,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const tell = oneAtATime(async () => {
    await engine.configure(await readSettings()).catch((error: unknown) => log.error(String(error)));
  });
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('agentTokenMeter') && tell()),
    secrets.onDidChange(tell),
  );
}
