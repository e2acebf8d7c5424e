import * as vscode from 'vscode';
import { plainLabel } from './plainText.ts';
import { isNameKey, nameKey, newNameKey, SECRETS } from './secrets.ts';

/** Puts the key of hashed names into the clipboard, to be set on one's other machines. */
export async function copyTeamNameKey(secrets: vscode.SecretStorage): Promise<void> {
  const key = await unlessBroken(() => nameKey(secrets));
  if (key === undefined) return;
  await vscode.env.clipboard.writeText(key);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The key of hashed names is in the clipboard. Machines with the same key have the same hashes; whoever has it can find out which name a hash is.',
    ),
  );
}

/** Takes over the key of another machine: names that were told are told anew, by its hashes. */
export async function setTeamNameKey(secrets: vscode.SecretStorage): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Key of Hashed Names'),
    prompt: vscode.l10n.t('The key that “Copy Key of Hashed Names” gives on another machine.'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      isNameKey(text.trim()) ? undefined : vscode.l10n.t('A key has 64 characters, digits and the letters a to f.'),
  });
  if (key === undefined) return;
  const isKept = await unlessBroken(async () => {
    await secrets.store(SECRETS.teamNameKey, key.trim());
    return true;
  });
  if (isKept)
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The key is set. What was told is told anew by its hashes.'),
    );
}

/** Makes a new key, after a question: until other machines have it too, they are others to the team. */
export async function rotateTeamNameKey(secrets: vscode.SecretStorage): Promise<void> {
  const make = vscode.l10n.t('Make New Key');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Make a new key of hashed names? This machine’s names are told anew by it. Set it on your other machines too: until then the team counts them as others.',
    ),
    { modal: true },
    make,
  );
  if (chosen !== make) return;
  const key = newNameKey();
  const isKept = await unlessBroken(async () => {
    await secrets.store(SECRETS.teamNameKey, key);
    return true;
  });
  if (!isKept) return;
  await vscode.env.clipboard.writeText(key);
  void vscode.window.showInformationMessage(vscode.l10n.t('The new key is in the clipboard.'));
}

/** `undefined` after it was told that the key ring cannot be used. */
async function unlessBroken<Result>(take: () => PromiseLike<Result>): Promise<Result | undefined> {
  try {
    return await take();
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The key ring cannot be used: {0}', plainLabel(String(error), 200)),
    );
    return undefined;
  }
}
