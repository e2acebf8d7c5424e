import * as vscode from 'vscode';
import type { Engine, LimitsRequest } from '../engine/engineApi.ts';
import {
  accountDraft,
  changedAccounts,
  draftProblems,
  EMPTY_LIMIT,
  generalDraft,
  rawAccount,
  rawGeneral,
} from '../views/limitDrafts.ts';
import type { RawLimitSettings } from '../views/limitSettings.ts';
import type { LimitsForm } from '../views/limitsView.ts';
import type { PageMessage } from '../views/protocol.ts';
import type { PageKind } from './page.ts';
import { presentation } from './presentation.ts';
import type { ReadSettings } from './serverSettings.ts';
import { rawLimitSettings, thresholds, writeLimitSettings } from './settings.ts';

/** The Limits page: what is used of each limit, and forms that write the settings. What a form holds is kept until it can be saved. */
export function limitsPage(engine: Engine, readSettings: ReadSettings): Pick<PageKind, 'picture' | 'wish'> {
  let window: LimitsRequest['window'] = 'week';
  let form: LimitsForm | undefined;
  let forms = 0;

  const openForm = (message: Extract<PageMessage, { type: 'limitsForm' }>): void => {
    if (message.open === 'none') {
      form = undefined;
      return;
    }
    const raw = rawLimitSettings();
    const common = { id: ++forms, problems: [] };
    if (message.open === 'general') {
      form = { ...common, kind: 'general', draft: generalDraft(raw) };
      return;
    }
    const index = message.index ?? null;
    const entry = index === null || !Array.isArray(raw.accounts) ? undefined : raw.accounts[index];
    const draft = accountDraft(entry);
    form = { ...common, kind: 'account', index, draft: entry ? draft : { ...draft, limits: [EMPTY_LIMIT] } };
  };

  /** Saves when nothing is wrong; otherwise the form says what is. */
  const save = async (next: RawLimitSettings, account: number | undefined, kept: LimitsForm): Promise<void> => {
    const problems = draftProblems({ ...rawLimitSettings(), ...next }, account);
    form = problems.length > 0 ? { ...kept, problems } : undefined;
    if (problems.length === 0) {
      await writeLimitSettings(next);
      // The figures that are asked for next are those of the new settings.
      await engine.configure(await readSettings());
    }
  };

  return {
    async picture() {
      const view = await engine.limits({ ...presentation(), window, thresholds: thresholds() });
      return { type: 'limits', view: { ...view, form } };
    },
    async wish(message) {
      switch (message.type) {
        case 'window':
          if (message.name !== 'custom') window = message.name;
          return;
        case 'limitsForm':
          openForm(message);
          return;
        case 'saveAccount': {
          const { accounts } = rawLimitSettings();
          const { index, draft } = message;
          const before = index !== null && Array.isArray(accounts) ? accounts[index] : undefined;
          const next = changedAccounts(accounts, index, rawAccount(draft, before));
          const place = before === undefined ? next.length - 1 : (index ?? undefined);
          await save({ accounts: next }, place, {
            id: form?.id ?? ++forms,
            problems: [],
            kind: 'account',
            index,
            draft,
          });
          return;
        }
        case 'saveGeneral':
          await save(rawGeneral(message.draft), undefined, {
            id: form?.id ?? ++forms,
            problems: [],
            kind: 'general',
            draft: message.draft,
          });
          return;
        case 'removeAccount': {
          const { accounts } = rawLimitSettings();
          const remove = vscode.l10n.t('Remove');
          const question = vscode.l10n.t('Remove this account and its limits from the settings? No figures are lost.');
          if ((await vscode.window.showWarningMessage(question, { modal: true }, remove)) !== remove) return;
          form = undefined;
          await writeLimitSettings({ accounts: changedAccounts(accounts, message.index, undefined) });
          await engine.configure(await readSettings());
          return;
        }
        case 'muteLimit':
          await engine.alertWish({ type: 'mute', keys: [message.key], on: message.on, nowMs: presentation().nowMs });
          return;
        case 'openLimitSettings':
          await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTokenMeter.accounts');
      }
    },
  };
}
