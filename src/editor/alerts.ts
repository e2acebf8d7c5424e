import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { AlertView } from '../views/alertNotice.ts';
import { nowMs } from './clock.ts';
import type { Pages } from './pages.ts';
import { presentation, workspaceFolders } from './presentation.ts';
import { oneAtATime } from './refreshing.ts';
import { alertSettings, thresholds } from './settings.ts';

/** Windows reset and paces change without any file changing. */
const CLOCK_MS = 20_000;
/** A burst of changes is looked at once. */
const AFTER_CHANGE_MS = 1000;
const HOUR_MS = 3_600_000;

/** Tells about limits and context windows: what, and to which window, the engine decides. Never while something is debugged here. */
export function keepAlertsLive(engine: Engine, pages: Pages, log: vscode.LogOutputChannel): vscode.Disposable {
  const onError = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const isDebugging = (): boolean => vscode.debug.activeDebugSession !== undefined;
  const ask = oneAtATime(async () => {
    try {
      const { enabled, ...wanted } = alertSettings();
      if (!enabled) return;
      const asked = { ...presentation(), ...wanted, thresholds: thresholds(), folders: workspaceFolders() };
      const alert = await engine.alerts({ ...asked, canTell: !isDebugging() });
      // What is not confirmed is told later.
      if (!alert || isDebugging()) return;
      if (await engine.alertWish({ type: 'shown', id: alert.id, nowMs: nowMs() })) void show(alert).catch(onError);
    } catch (error) {
      onError(error);
    }
  });

  const show = async ({ severity, text, keys, isAboutLimits }: AlertView): Promise<void> => {
    const open = vscode.l10n.t('Open');
    const hour = vscode.l10n.t('Snooze 1 h');
    const reset = isAboutLimits ? vscode.l10n.t('Snooze until Reset') : vscode.l10n.t('Snooze until Compaction');
    const mute = isAboutLimits
      ? keys.length > 1
        ? vscode.l10n.t('Mute These')
        : vscode.l10n.t('Mute This Limit')
      : vscode.l10n.t('Mute This Session');
    const tell = severity === 'info' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const chosen = await tell(vscode.l10n.t('Agent Token Meter: {0}', text), open, hour, reset, mute);
    if (chosen === open) pages.show(isAboutLimits ? limitsPlace(keys) : 'attribution');
    if (chosen === hour) await engine.alertWish({ type: 'snooze', keys, forMs: HOUR_MS, nowMs: nowMs() });
    if (chosen === reset) await engine.alertWish({ type: 'snooze', keys, forMs: null, nowMs: nowMs() });
    if (chosen === mute) await engine.alertWish({ type: 'mute', keys, on: true, nowMs: nowMs() });
  };

  let soon: NodeJS.Timeout | undefined;
  const askSoon = (): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      ask();
    }, AFTER_CHANGE_MS);
  };
  const clock = setInterval(ask, CLOCK_MS);
  askSoon();
  return vscode.Disposable.from(
    engine.onChanged(askSoon),
    vscode.debug.onDidTerminateDebugSession(askSoon),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('agentTokenMeter') && askSoon()),
    {
      dispose() {
        clearInterval(clock);
        clearTimeout(soon);
      },
    },
  );
}

/** The team's limits stand on Show Usage. */
const limitsPlace = (keys: readonly string[]): 'usage' | 'limits' =>
  keys.every((key) => key.startsWith('team:')) ? 'usage' : 'limits';
