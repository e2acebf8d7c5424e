import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { dateText, plural } from '../views/format.ts';
import { historyStartMs } from '../views/retention.ts';
import { keepForEver, keepMonths } from './settings.ts';

/** For how many months of history the user has agreed that older requests are taken out. */
const AGREED = 'agreedMonths';
const DAY_MS = 86_400_000;

/**
 * Takes out what is older than the history that the user keeps: once a day, and when the setting changes. Nothing is taken out before the
 * user has seen how much that is and agreed to it.
 */
export function keepHistoryShort(
  engine: Engine,
  state: vscode.Memento,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let asking = false;
  const look = async (): Promise<void> => {
    const months = keepMonths();
    if (months === undefined || asking) return;
    asking = true;
    try {
      const beforeMs = historyStartMs(Date.now(), months);
      const { forgotten = 0, untold = 0 } = await engine.care({ task: 'forgetBefore', beforeMs, isTrial: true });
      if (untold > 0) log.info(`${untold} older requests stay until those were told who are to be told of them.`);
      if (forgotten === 0) return;
      if (state.get(AGREED) !== months && !(await agrees(forgotten, beforeMs))) return;
      if (keepMonths() !== months) return;
      await state.update(AGREED, months);
      const gone = await engine.care({ task: 'forgetBefore', beforeMs });
      log.info(`Took out ${gone.forgotten} requests from before ${new Date(beforeMs).toISOString().slice(0, 10)}.`);
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void look(), DAY_MS);
  // A first read may still be under way: what it brings is looked at too.
  void engine.sweep().then(look, () => undefined);
  return vscode.Disposable.from(
    { dispose: () => clearInterval(timer) },
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('agentTokenMeter.keepMonths')) void look();
    }),
  );
}

/** Asks once; who says nothing is asked again with the next start. */
async function agrees(requests: number, beforeMs: number): Promise<boolean> {
  const locale = vscode.env.language;
  const day = dateText(beforeMs, { locale, timeZone: 'UTC' }, { dateStyle: 'long' });
  const [takeOut, keepAll] = [vscode.l10n.t('Take Out'), vscode.l10n.t('Keep Everything')];
  const chosen = await vscode.window.showWarningMessage(
    plural(
      requests,
      'Your setting keeps history from {1} on. {0} request from before will be taken out for ever, and no total holds it any more.',
      'Your setting keeps history from {1} on. {0} requests from before will be taken out for ever, and no total holds them any more.',
      locale,
      day,
    ),
    takeOut,
    keepAll,
  );
  if (chosen === keepAll) await keepForEver();
  return chosen === takeOut;
}
