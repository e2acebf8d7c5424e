import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { errorMeter } from '../views/errorMeter.ts';
import type { MeterView } from '../views/meterView.ts';
import { presentation, workspaceFolders } from './presentation.ts';
import { oneAtATime } from './refreshing.ts';
import { thresholds } from './settings.ts';
import type { StatusBarMeter } from './statusBarMeter.ts';

/** Sessions become idle and days begin without any file changing. */
const CLOCK_MS = 30_000;

/** Keeps the meter at what the engine knows: on every change, when the window's folders change, and as time passes. */
export function keepMeterLive(engine: Engine, meter: StatusBarMeter, log: vscode.LogOutputChannel): vscode.Disposable {
  const refresh = oneAtATime(async () => {
    try {
      meter.show(await engine.meter({ ...presentation(), folders: workspaceFolders(), thresholds: thresholds() }));
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      meter.show(engineGone());
    }
  });
  const clock = setInterval(refresh, CLOCK_MS);
  refresh();
  return vscode.Disposable.from(
    engine.onChanged(refresh),
    engine.onProgress(refresh),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('agentTokenMeter') && refresh()),
    vscode.window.onDidChangeActiveColorTheme(() => meter.redraw()),
    vscode.window.onDidChangeWindowState((state) => {
      // What goes wrong is told as a trouble.
      if (state.focused) engine.sweep().catch(() => undefined);
    }),
    { dispose: () => clearInterval(clock) },
  );
}

/** The meter when there is no engine to ask. */
export const engineGone = (): MeterView =>
  errorMeter(
    vscode.l10n.t(
      'Nothing that was stored is lost, and the engine is asked again by itself. If that does not help, reload the window; the log says what happened.',
    ),
  );
