import * as vscode from 'vscode';
import type { CareReport, CareRequest, Engine } from '../engine/engineApi.ts';
import { plural } from '../views/format.ts';

/** Looks for damage and wrong sums, and says what was found. */
export async function checkStore(engine: Engine): Promise<void> {
  const report = await caredFor(engine, { task: 'check' }, vscode.l10n.t('Checking the store…'));
  if (!report) return;
  if (report.problems.length === 0) {
    void vscode.window.showInformationMessage(
      plural(
        report.requests,
        'The store is sound: {0} request, all sums are right.',
        'The store is sound: {0} requests, all sums are right.',
        vscode.env.language,
      ),
    );
    return;
  }
  const rebuild = vscode.l10n.t('Rebuild from Transcripts');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'The store has mistakes. {0} Rebuilding it makes all sums anew.',
      report.problems.slice(0, 5).join(' '),
    ),
    rebuild,
  );
  if (chosen === rebuild) await rebuildStore(engine);
}

/** Reads all transcripts anew, when the user says so. */
export async function rebuildStore(engine: Engine): Promise<void> {
  const rebuild = vscode.l10n.t('Rebuild');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Read all transcripts that still exist anew? What deleted ones told stays, and the store of before is kept beside the new one.',
    ),
    { modal: true },
    rebuild,
  );
  if (chosen !== rebuild) return;
  const report = await caredFor(engine, { task: 'rebuild' }, vscode.l10n.t('Reading all transcripts anew…'));
  if (!report) return;
  const kept = report.keptAs === undefined ? [] : [vscode.l10n.t('The store of before is kept as {0}.', report.keptAs)];
  const rebuilt = plural(
    report.requests,
    'The store was rebuilt: {0} request.',
    'The store was rebuilt: {0} requests.',
    vscode.env.language,
  );
  void vscode.window.showInformationMessage([rebuilt, ...kept].join(' '));
}

/** Copies the store into a file that the user names. */
export async function backUpStore(engine: Engine): Promise<void> {
  const to = await vscode.window.showSaveDialog({ saveLabel: vscode.l10n.t('Back Up'), filters: { SQLite: ['db'] } });
  if (to?.scheme !== 'file') return;
  if (await caredFor(engine, { task: 'backUp', to: to.fsPath }, vscode.l10n.t('Copying the store…')))
    void vscode.window.showInformationMessage(vscode.l10n.t('The store was copied to {0}.', to.fsPath));
}

/** What the engine reports; `undefined` after it was told what went wrong. */
async function caredFor(engine: Engine, request: CareRequest, title: string): Promise<CareReport | undefined> {
  try {
    const location = vscode.ProgressLocation.Notification;
    return await vscode.window.withProgress({ location, title }, () => engine.care(request));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('That was not possible: {0}. The store is as it was.', reason));
    return undefined;
  }
}
