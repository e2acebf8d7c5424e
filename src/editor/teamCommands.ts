import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { TeamReport } from '../engine/teamRequest.ts';
import { SECRETS } from './secrets.ts';
import { SECTION } from './settings.ts';

/** Asks for the connection string of a team's store, looks at it, and begins to tell it what is used, when the user agrees. */
export async function connectTeamStore(engine: Engine, secrets: vscode.SecretStorage): Promise<void> {
  const url = await vscode.window.showInputBox({
    title: vscode.l10n.t('Connect Team Store'),
    prompt: vscode.l10n.t('Connection string of a PostgreSQL that the team shares. It is kept in the secret storage.'),
    placeHolder: 'postgres://user:password@host:5432/database',
    password: true,
    ignoreFocusOut: true,
  });
  if (!url?.trim()) return;
  let report = await lookedAt(engine, 'look', url);
  if (report?.state === 'setUp') {
    const make = vscode.l10n.t('Make Tables');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} has no tables of this version. Make them? This needs a role that may create schemas and roles.',
        report.place,
      ),
      { modal: true },
      make,
    );
    if (chosen !== make) return;
    report = await lookedAt(engine, 'setUp', url);
  }
  if (!report) return;
  const own = report.accounts.filter(({ writes }) => writes).map(({ account }) => account);
  const known = vscode.workspace.getConfiguration(SECTION).get<string>('team.account');
  const account =
    known ||
    (own.length > 1
      ? await vscode.window.showQuickPick(own, {
          title: vscode.l10n.t('Account of sessions whose agent names none'),
          ignoreFocusOut: true,
        })
      : own[0]);
  const start = vscode.l10n.t('Tell the Team');
  const chosen = await vscode.window.showInformationMessage(
    own.length > 0
      ? vscode.l10n.t(
          'Connected to {0}. From now on it is told what is used in the accounts {1}: times, models, tokens, costs, and the names that the settings allow. Never prompts, titles or files.',
          report.place,
          own.join(', '),
        )
      : vscode.l10n.t(
          'Connected to {0}. You may not tell it anything: its administrator has to let you into an account first.',
          report.place,
        ),
    { modal: true },
    start,
  );
  if (chosen !== start) return;
  const settings = vscode.workspace.getConfiguration(SECTION);
  await secrets.store(SECRETS.teamUrl, url.trim());
  if (account && !known) await settings.update('team.account', account, vscode.ConfigurationTarget.Global);
  await settings.update('team.enabled', true, vscode.ConfigurationTarget.Global);
}

/** Ends it: what the team's store has it keeps, and it is told nothing more. */
export async function disconnectTeamStore(secrets: vscode.SecretStorage): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update('team.enabled', undefined, vscode.ConfigurationTarget.Global);
  await secrets.delete(SECRETS.teamUrl);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('The team’s store is told nothing more. What it has it keeps.'),
  );
}

/** `undefined` after the user was told what is wrong. */
async function lookedAt(engine: Engine, task: 'look' | 'setUp', url: string): Promise<TeamReport | undefined> {
  const title = vscode.l10n.t('Looking at the team’s store…');
  try {
    return await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
      engine.team({ task, url, locale: vscode.env.language }),
    );
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
