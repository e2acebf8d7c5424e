import type { Account } from './accountOf.ts';
import { label, listed } from './format.ts';
import type { AccountMatch } from './limitSettings.ts';
import { t } from './text.ts';

/** What is needed to say where a row of accounts, users and folders comes from. */
export interface OriginWords {
  /** Names of agents by id. */
  agentLabels: Record<string, string>;
}

const agentNames = (agents: readonly string[], { agentLabels }: OriginWords): string =>
  listed(agents.map((agent) => agentLabels[agent] ?? label(agent, 40)).toSorted());

/** What a rule counts, in words. */
export function ruleText(match: AccountMatch, agentLabels: Record<string, string>): string {
  const { agent, configDir, login, provider, user, workspace } = match;
  const parts = [
    agent === undefined ? undefined : (agentLabels[agent] ?? label(agent, 40)),
    configDir === undefined
      ? undefined
      : configDir === ''
        ? t("the agent's usual folder")
        : t('configuration folder {0}', label(configDir, 80)),
    login === undefined ? undefined : t('login {0}', label(login, 60)),
    provider === undefined ? undefined : t('provider {0}', label(provider, 40)),
    user === undefined ? undefined : t('user {0}', label(user, 40)),
    workspace === undefined ? undefined : t('work in {0}', label(workspace, 80)),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? t('Everything that no account above takes.') : parts.join(' · ');
}

/** Why requests are of this account: the rule that takes them, or what their agent tells. */
export function accountOrigin({ rule, told, name }: Account, words: OriginWords): string {
  if (rule) return t('Your account in the settings counts: {0}', ruleText(rule.match, words.agentLabels));
  const account = told?.account ?? '';
  if (told === undefined) return name;
  const agent = agentNames([told.agent], words);
  if (account === '') return t('No account in the settings takes it, and {0} tells none: its usual folder.', agent);
  return /[/\\]/.test(account)
    ? t(
        'No account in the settings takes it. {0} wrote it in its configuration folder {1}.',
        agent,
        label(account, 200),
      )
    : t('No account in the settings takes it. {0} tells the login {1}.', agent, label(account, 200));
}

/** Why requests are of this user. @param agents ids */
export const userOrigin = (user: string, agents: readonly string[], words: OriginWords): string =>
  t(
    '{0}: who was logged in on this machine where {1} wrote its transcripts.',
    label(user, 80),
    agentNames(agents, words),
  );

/** Why requests are of this folder. @param workspace empty = none is told */
export const workspaceOrigin = (workspace: string, agents: readonly string[], words: OriginWords): string =>
  workspace === ''
    ? t('The transcripts of {0} tell no folder for it.', agentNames(agents, words))
    : t('{0}: the folder of the session, as {1} tells it.', label(workspace, 200), agentNames(agents, words));
