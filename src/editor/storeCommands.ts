import * as vscode from 'vscode';
import type { CareReport, CareRequest, Engine } from '../engine/engineApi.ts';

/** Looks for damage and wrong sums, and says what was found. */
export async function checkStore(engine: Engine): Promise<void> {
  const report = await caredFor(engine, { task: 'check' }, 'Checking the store…');
  if (!report) return;
  if (report.problems.length === 0) {
    void vscode.window.showInformationMessage(`The store is sound: ${report.requests} requests, all sums are right.`);
    return;
  }
  const rebuild = 'Rebuild from Transcripts';
  const chosen = await vscode.window.showWarningMessage(
    `The store has mistakes. ${report.problems.slice(0, 5).join(' ')} Rebuilding it makes all sums anew.`,
    rebuild,
  );
  if (chosen === rebuild) await rebuildStore(engine);
}

/** Reads all transcripts anew, when the user says so. */
export async function rebuildStore(engine: Engine): Promise<void> {
  const rebuild = 'Rebuild';
  const chosen = await vscode.window.showWarningMessage(
    'Read all transcripts that still exist anew? What deleted ones told stays, and the store of before is kept beside the new one.',
    { modal: true },
    rebuild,
  );
  if (chosen !== rebuild) return;
  const report = await caredFor(engine, { task: 'rebuild' }, 'Reading all transcripts anew…');
  if (!report) return;
  const kept = report.keptAs === undefined ? '' : ` The store of before is kept as ${report.keptAs}.`;
  void vscode.window.showInformationMessage(`The store was rebuilt: ${report.requests} requests.${kept}`);
}

/** Copies the store into a file that the user names. */
export async function backUpStore(engine: Engine): Promise<void> {
  const to = await vscode.window.showSaveDialog({ saveLabel: 'Back Up', filters: { SQLite: ['db'] } });
  if (to?.scheme !== 'file') return;
  if (await caredFor(engine, { task: 'backUp', to: to.fsPath }, 'Copying the store…'))
    void vscode.window.showInformationMessage(`The store was copied to ${to.fsPath}.`);
}

/** What the engine reports; `undefined` after it was told what went wrong. */
async function caredFor(engine: Engine, request: CareRequest, title: string): Promise<CareReport | undefined> {
  try {
    const location = vscode.ProgressLocation.Notification;
    return await vscode.window.withProgress({ location, title }, () => engine.care(request));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`That was not possible: ${reason}. The store is as it was.`);
    return undefined;
  }
}
