import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { ServerState } from '../engine/engineSettings.ts';
import { inWords } from '../views/text.ts';
import { replaceToken, serverToken } from './serverSettings.ts';

/** So long a server may take to begin. */
const BEGINS_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 50;

/** Puts the token into the clipboard, and nowhere else. */
export async function copyServerToken(secrets: vscode.SecretStorage): Promise<void> {
  const token = await withToken(() => serverToken(secrets));
  if (token === undefined) return;
  await vscode.env.clipboard.writeText(token);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The token is in the clipboard. Whoever has it can read your usage on this machine.'),
  );
}

/** Makes the old token worthless, and offers the new one. */
export async function rotateServerToken(secrets: vscode.SecretStorage): Promise<void> {
  const token = await withToken(() => replaceToken(secrets));
  if (token === undefined) return;
  const copy = vscode.l10n.t('Copy Server Token');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The token is a new one: programs that bring the old one are refused from now on.'),
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(token);
}

/** Puts the server's address into the clipboard, in whichever window it runs; or says why there is none. */
export async function copyServerAddress(engine: Engine): Promise<void> {
  const server = await settledState(engine);
  if (server.state === 'listening') {
    await vscode.env.clipboard.writeText(server.address);
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is in the clipboard.', server.address));
    return;
  }
  const settings = vscode.l10n.t('Open Settings');
  const chosen =
    server.state === 'failed'
      ? await vscode.window.showWarningMessage(inWords(server.told), settings)
      : await vscode.window.showInformationMessage(
          vscode.l10n.t('The server is off. It is turned on in the settings.'),
          settings,
        );
  if (chosen === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTokenMeter.server');
}

async function settledState(engine: Engine): Promise<ServerState> {
  const deadline = performance.now() + BEGINS_WITHIN_MS;
  for (;;) {
    const server = await engine.server();
    if (server.state !== 'starting' || performance.now() > deadline) return server;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** `undefined` after it was told that the key ring cannot be used. */
async function withToken(take: () => Promise<string>): Promise<string | undefined> {
  try {
    return await take();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The token cannot be kept: {0}', reason));
    return undefined;
  }
}
