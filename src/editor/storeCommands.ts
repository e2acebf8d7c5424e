import path from 'node:path';
import * as vscode from 'vscode';
import type { CareReport, CareRequest } from '../engine/careRequest.ts';
import type { Engine } from '../engine/engineApi.ts';
import { backupTroubleText } from '../views/backupTrouble.ts';
import { fileSize, plural } from '../views/format.ts';
import { storeProblem } from '../views/storeProblem.ts';
import { sentences } from '../views/text.ts';
import { keepMonths } from './settings.ts';

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
      sentences(...report.problems.slice(0, 5).map((problem) => storeProblem(problem, vscode.env.language))),
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
  const report = await caredFor(
    engine,
    { task: 'rebuild', all: keepMonths() === undefined },
    vscode.l10n.t('Reading all transcripts anew…'),
  );
  if (!report) return;
  const kept = report.keptAs === undefined ? [] : [vscode.l10n.t('The store of before is kept as {0}.', report.keptAs)];
  const rebuilt = plural(
    report.requests,
    'The store was rebuilt: {0} request.',
    'The store was rebuilt: {0} requests.',
    vscode.env.language,
  );
  void vscode.window.showInformationMessage(sentences(rebuilt, ...kept));
}

/** Copies the store into a file that the user names. */
export async function backUpStore(engine: Engine): Promise<void> {
  const to = await vscode.window.showSaveDialog({ saveLabel: vscode.l10n.t('Back Up'), filters: { SQLite: ['db'] } });
  if (to?.scheme !== 'file') return;
  if (await caredFor(engine, { task: 'backUp', to: to.fsPath }, vscode.l10n.t('Copying the store…')))
    void vscode.window.showInformationMessage(vscode.l10n.t('The store was copied to {0}.', to.fsPath));
}

/** Puts a backup that the user names in the place of the store, when the user says so. */
export async function restoreStore(engine: Engine): Promise<void> {
  const [from] =
    (await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t('Restore'), filters: { SQLite: ['db'] } })) ?? [];
  if (from?.scheme !== 'file') return;
  const restore = vscode.l10n.t('Restore');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Put {0} in the place of the store?', path.basename(from.fsPath)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'The store of now is kept beside it. What transcripts have told since the backup is read again where they still exist.',
      ),
    },
    restore,
  );
  if (chosen !== restore) return;
  const report = await caredFor(engine, { task: 'restore', from: from.fsPath }, vscode.l10n.t('Restoring the store…'));
  if (!report) return;
  if (report.refused) {
    const why = backupTroubleText(from.fsPath, report.refused);
    void vscode.window.showErrorMessage(vscode.l10n.t('That was not possible: {0} The store is as it was.', why));
    return;
  }
  const kept = report.keptAs === undefined ? [] : [vscode.l10n.t('The store of before is kept as {0}.', report.keptAs)];
  void vscode.window.showInformationMessage(sentences(vscode.l10n.t('The backup is the store now.'), ...kept));
}

/** Gives back the space of what was taken out. */
export async function compactStore(engine: Engine): Promise<void> {
  const report = await caredFor(engine, { task: 'compact' }, vscode.l10n.t('Compacting the store…'));
  if (report?.sizeBytes === undefined) return;
  const size = fileSize(report.sizeBytes, vscode.env.language);
  void vscode.window.showInformationMessage(vscode.l10n.t('The store is compact: {0}.', size));
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
