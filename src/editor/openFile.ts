import * as vscode from 'vscode';
import { plainLabel } from './plainText.ts';

/** Opens a file of this machine in the editor, shows a folder in the system's file manager, and says so where there is neither. */
export async function openFile(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  const name = plainLabel(path, 300);
  let found: vscode.FileStat;
  try {
    found = await vscode.workspace.fs.stat(uri);
  } catch {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} is not there any more: it was moved or deleted since.', name),
    );
    return;
  }
  try {
    const isFolder = (found.type & vscode.FileType.Directory) !== 0;
    await vscode.commands.executeCommand(isFolder ? 'revealFileInOS' : 'vscode.open', uri);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} cannot be opened: {1}', name, plainLabel(reason, 200)));
  }
}
