import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { fileTrouble } from '../views/fileTrouble.ts';
import { exactNumber } from '../views/format.ts';
import type { ExportFormat, RequestGridView } from '../views/requestGridView.ts';
import { plainLabel } from './plainText.ts';
import { presentation } from './presentation.ts';
import { writeRequests } from './writeRequests.ts';

/** Writes every request of the list that is shown to a file that the user chooses, with progress and a way to cancel. Never rejects. */
export async function exportRequests(
  engine: Pick<Engine, 'exportedRequests'>,
  list: Pick<RequestGridView, 'order' | 'total'>,
  format: ExportFormat,
): Promise<void> {
  const to = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export Requests'),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: defaultFile(format),
    filters: format === 'csv' ? { CSV: ['csv'] } : { JSON: ['json'] },
  });
  if (!to) return;
  const name = plainLabel(to.fsPath, 200);
  const fail = (reason: string): void =>
    void vscode.window.showErrorMessage(vscode.l10n.t('The requests were not exported to {0}: {1}', name, reason));
  try {
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Exporting requests'), cancellable: true },
      (progress, token) => writeWithProgress(engine, list, format, to.fsPath, token, progress),
    );
    if (outcome === 'cancelled') return;
    if (outcome === 'lost') return fail(vscode.l10n.t('the list was made anew meanwhile. Try again.'));
    const openIt = vscode.l10n.t('Open');
    const { locale } = presentation();
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} requests were written to {1}.', exactNumber(outcome, locale), name),
      openIt,
    );
    if (answer === openIt) await vscode.commands.executeCommand('vscode.open', to);
  } catch (error) {
    fail(fileTrouble(error) ?? plainLabel(error instanceof Error ? error.message : String(error), 300));
  }
}

function writeWithProgress(
  engine: Pick<Engine, 'exportedRequests'>,
  list: Pick<RequestGridView, 'order' | 'total'>,
  format: ExportFormat,
  path: string,
  token: vscode.CancellationToken,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): ReturnType<typeof writeRequests> {
  const { locale, cost } = presentation();
  const total = exactNumber(list.total, locale);
  let before = 0;
  return writeRequests(engine, list, {
    path,
    format,
    cost,
    isCancelled: () => token.isCancellationRequested,
    onProgress(done) {
      // As often as the bar moves by a hundredth.
      if (done < list.total && done - before < list.total / 100) return;
      const message = vscode.l10n.t('{0} of {1}', exactNumber(done, locale), total);
      progress.report({ increment: (100 * (done - before)) / list.total, message });
      before = done;
    },
  });
}

function defaultFile(format: ExportFormat): vscode.Uri | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder && vscode.Uri.joinPath(folder, `requests.${format}`);
}
