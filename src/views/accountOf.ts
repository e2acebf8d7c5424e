import { baseName, label } from './format.ts';
import type { AccountMatch, AccountRule } from './limitSettings.ts';
import { t } from './text.ts';

/** Who made a request, as far as accounts are concerned. */
export interface AccountFacts {
  agent: string;
  provider: string;
  workspace: string | null;
  /** Configuration folder or login; `null` or empty where the agent tells none. */
  account: string | null;
  user: string;
}

/** What is needed to understand folders in rules. */
export interface AccountPlaces {
  home: string;
  /** The agents' usual configuration folders: what is read there has no account. */
  usualFolders: { agent: string; path: string }[];
}

/** An account: of a rule, or as an agent tells it. Every request is of exactly one. */
export interface Account {
  /** The same as long as it is the same account. */
  key: string;
  name: string;
  rule?: AccountRule;
  /** Where there is no rule. */
  told?: { agent: string; account: string };
}

/** Finds the account of a request: the first rule that matches, else what its agent tells. */
export function accountFinder(
  rules: readonly AccountRule[],
  places: AccountPlaces,
  agentLabels: Record<string, string>,
): (facts: AccountFacts) => Account {
  const tests = rules.map((rule) => ({ account: ruled(rule), matches: matcher(rule.match, places) }));
  const known = new Map<string, Account>();
  return (facts) => {
    const key = JSON.stringify([facts.agent, facts.provider, facts.workspace, facts.account, facts.user]);
    let account = known.get(key);
    if (!account) {
      account = tests.find(({ matches }) => matches(facts))?.account ?? tellingAccount(facts, agentLabels);
      known.set(key, account);
    }
    return account;
  };
}

/** The account that a rule makes. */
export const ruled = (rule: AccountRule): Account => ({ key: `rule:${rule.name}`, name: rule.name, rule });

/** The account that an agent tells. */
function tellingAccount({ agent, account }: AccountFacts, agentLabels: Record<string, string>): Account {
  const name = agentLabels[agent] ?? label(agent);
  const of = account ?? '';
  return {
    key: `told:${agent}:${of}`,
    name: of === '' ? name : t('{0}, {1}', name, label(isPath(of) ? baseName(of) : of, 40)),
    told: { agent, account: of },
  };
}

const isPath = (text: string): boolean => /[/\\]/.test(text);

/** A test for one rule; the order in which its conditions stand does not matter. */
export function matcher(match: AccountMatch, places: AccountPlaces): (facts: AccountFacts) => boolean {
  const { agent, login, provider, user } = match;
  const configDir = match.configDir === undefined ? undefined : plainFolder(match.configDir, places.home);
  const workspace = match.workspace === undefined ? undefined : plainFolder(match.workspace, places.home);
  const usualAgents = new Set(
    places.usualFolders
      .filter(({ path }) => configDir === '' || isWithin(plainFolder(path, places.home), configDir ?? '/'))
      .map((folder) => folder.agent),
  );
  const isOfFolder = (facts: AccountFacts): boolean => {
    if (configDir === undefined) return true;
    const of = facts.account ?? '';
    if (of === '') return configDir === '' || usualAgents.has(facts.agent);
    return configDir !== '' && plainFolder(of, places.home) === configDir;
  };
  return (facts) =>
    (agent === undefined || facts.agent === agent) &&
    (login === undefined || (facts.account ?? '') === login) &&
    (provider === undefined || facts.provider === provider) &&
    (user === undefined || facts.user === user) &&
    (workspace === undefined || isWithin(plainFolder(facts.workspace ?? '', places.home), workspace)) &&
    isOfFolder(facts);
}

const isWithin = (inner: string, outer: string): boolean =>
  inner === outer || (outer !== '' && inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`));

/** With `~` as the home, forward slashes, a small drive letter and no slash at its end. */
function plainFolder(path: string, home: string): string {
  const whole = path === '~' || /^~[/\\]/.test(path) ? home + path.slice(1) : path;
  const isWindows = /^[A-Za-z]:/.test(whole);
  const plain = isWindows ? whole.charAt(0).toLowerCase() + whole.slice(1).replaceAll('\\', '/') : whole;
  return plain.replace(/(?<=.)\/+$/, '');
}
