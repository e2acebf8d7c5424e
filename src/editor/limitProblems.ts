import * as vscode from 'vscode';
import { parseLimitSettings } from '../views/limitSettings.ts';
import { sentences } from '../views/text.ts';
import type { Pages } from './pages.ts';
import { rawLimitSettings } from './settings.ts';

/** Says what of the limits in the settings cannot be used: at the start, and when they were changed; each problem once. */
export function reportLimitProblems(pages: Pages, log: vscode.LogOutputChannel): vscode.Disposable {
  let told = new Set<string>();
  const look = async (): Promise<void> => {
    const problems = parseLimitSettings(rawLimitSettings()).problems.map(({ message }) => message);
    const fresh = problems.filter((problem) => !told.has(problem));
    told = new Set(problems);
    if (fresh.length === 0) return;
    for (const problem of fresh) log.warn(problem);
    const more = fresh.length > 1 ? [vscode.l10n.t('There are {0} more.', fresh.length - 1)] : [];
    const message = vscode.l10n.t('Agent Token Meter: {0}', sentences(fresh[0], ...more));
    const [showLimits, openSettings] = [vscode.l10n.t('Show Limits'), vscode.l10n.t('Open Settings')];
    const chosen = await vscode.window.showWarningMessage(message, showLimits, openSettings);
    if (chosen === showLimits) pages.show('limits');
    if (chosen === openSettings)
      await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTokenMeter.accounts');
  };
  void look();
  return vscode.workspace.onDidChangeConfiguration(
    (change) => change.affectsConfiguration('agentTokenMeter') && void look(),
  );
}
