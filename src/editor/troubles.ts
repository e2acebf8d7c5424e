import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { inWords } from '../views/text.ts';

/** Writes to the log what was read and what was not understood. */
export async function logHealth(engine: Engine, log: vscode.LogOutputChannel): Promise<void> {
  for (const line of await engine.healthLines({ locale: 'en' })) log.info(line);
}

/** Writes what goes wrong to the log, and tells the user about errors, each once. */
export function reportTroubles(engine: Engine, log: vscode.LogOutputChannel): vscode.Disposable {
  const told = new Set<string>();
  return engine.onTrouble(({ severity, message, told: text }) => {
    if (severity === 'warning') {
      log.warn(message);
      return;
    }
    log.error(message);
    if (told.has(message)) return;
    told.add(message);
    void vscode.window
      .showWarningMessage(
        vscode.l10n.t('Agent Token Meter: {0}', text ? inWords(text) : message),
        vscode.l10n.t('Show Log'),
      )
      .then((chosen) => {
        if (chosen) log.show();
      });
  });
}
