import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { exactNumber } from '../views/format.ts';
import { requestExport } from '../views/requestExport.ts';
import type { ExportFormat, RequestGridView } from '../views/requestGridView.ts';
import { plainLabel } from './plainText.ts';
import { presentation } from './presentation.ts';

/** Requests that are fetched and written at once. */
const PAGE_ROWS = 1000;

/**
 * Writes every request of the list that is shown to a file that the user chooses, page by page, with progress. The file appears when it is
 * whole: a cancelled or failed export leaves none, and leaves one of before as it was.
 */
export async function exportRequests(
  engine: Pick<Engine, 'requestsOfGrid'>,
  { order, total }: Pick<RequestGridView, 'order' | 'total'>,
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
  try {
    const written = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Exporting requests'), cancellable: true },
      (progress, token) => writeAll(engine, { order, total }, format, to.fsPath, token, progress),
    );
    if (written === undefined) return;
    const { locale } = presentation();
    const openIt = vscode.l10n.t('Open');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} requests were written to {1}.', exactNumber(written, locale), name),
      openIt,
    );
    if (answer === openIt) await vscode.commands.executeCommand('vscode.open', to);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The requests were not exported to {0}: {1}', name, plainLabel(reason, 300)),
    );
  }
}

/** @returns how many requests were written; `undefined` when it was cancelled */
async function writeAll(
  engine: Pick<Engine, 'requestsOfGrid'>,
  { order, total }: Pick<RequestGridView, 'order' | 'total'>,
  format: ExportFormat,
  path: string,
  token: vscode.CancellationToken,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Promise<number | undefined> {
  const { locale } = presentation();
  const { begin, rows, end } = requestExport(format);
  const partial = `${path}.part`;
  const file: FileHandle = await open(partial, 'w');
  let written = 0;
  try {
    await file.write(begin);
    for (let from = 0; from < total && !token.isCancellationRequested; from += PAGE_ROWS) {
      const requests = await engine.requestsOfGrid({ order, from, count: PAGE_ROWS });
      const isGone = vscode.l10n.t('the list was made anew meanwhile. Try again.');
      if (requests === null) throw new Error(isGone);
      await file.write(rows(requests, written === 0));
      written += requests.length;
      progress.report({
        increment: (100 * Math.min(PAGE_ROWS, total - from)) / total,
        message: vscode.l10n.t('{0} of {1}', exactNumber(written, locale), exactNumber(total, locale)),
      });
    }
    await file.write(end);
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  await file.close();
  if (token.isCancellationRequested) {
    await rm(partial, { force: true });
    return undefined;
  }
  await rename(partial, path);
  return written;
}

function defaultFile(format: ExportFormat): vscode.Uri | undefined {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return folder && vscode.Uri.joinPath(folder, `requests.${format}`);
}
