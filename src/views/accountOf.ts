import {
  type AccountRules,
  type CallerFacts,
  COST_EQUIVALENT,
  COST_HIDDEN,
  COST_LISTED,
} from '../store/accountRules.ts';
import { costOf } from './costShown.ts';
import { baseName, label } from './format.ts';
import type { AccountMatch, AccountRule, LimitSettings } from './limitSettings.ts';
import { t } from './text.ts';

/** Who made a request, or stated a quota, as far as accounts are concerned. */
export interface AccountFacts extends Omit<CallerFacts, 'provider'> {
  /** Absent: not known. Then no rule leaves it out for its provider. */
  provider?: string;
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

/** The rule of who made a request: the first that matches, else one that is called as the agent calls the account. */
function ruleFinder(
  rules: readonly AccountRule[],
  places: AccountPlaces,
): (facts: AccountFacts) => AccountRule | undefined {
  const tests = rules.map((rule) => ({ rule, matches: matcher(rule.match, places) }));
  return (facts) =>
    tests.find(({ matches }) => matches(facts))?.rule ?? rules.find(({ name }) => name === facts.account);
}

/** Finds the account of who told something as the agent tells it: by the rules, else as it is told. */
export function accountFinder(
  rules: readonly AccountRule[],
  places: AccountPlaces,
  agentLabels: Record<string, string>,
): (facts: AccountFacts) => Account {
  const ruleOf = ruleFinder(rules, places);
  return (facts) => {
    const rule = ruleOf(facts);
    return rule ? ruled(rule) : tellingAccount(facts, agentLabels);
  };
}

/** The account of requests as the store has them: it names the rule's, or what the agent tells. */
export function storedAccount(
  rules: readonly AccountRule[],
  agentLabels: Record<string, string>,
): (row: Pick<AccountFacts, 'agent' | 'account'>) => Account {
  const byName = new Map(rules.map((rule) => [rule.name, ruled(rule)]));
  const told = new Map<string, Account>();
  return (row) => {
    const known = byName.get(row.account ?? '');
    if (known) return known;
    const key = `${row.agent}\n${row.account ?? ''}`;
    const account = told.get(key) ?? tellingAccount(row, agentLabels);
    told.set(key, account);
    return account;
  };
}

/** The same for the store, which notes it with each request's caller. */
export function accountRules(
  { accounts, subscriptionCost }: Pick<LimitSettings, 'accounts' | 'subscriptionCost'>,
  places: AccountPlaces,
): AccountRules {
  const ruleOf = ruleFinder(accounts, places);
  const rules = accounts.map(({ name, type, match }) => ({ name, type, match }));
  return {
    mark:
      rules.length === 0
        ? ''
        : JSON.stringify([rules, subscriptionCost, { ...places, usualFolders: places.usualFolders.toSorted(byPath) }]),
    of(facts) {
      const rule = ruleOf(facts);
      return {
        account: rule?.name ?? null,
        costShown: rule ? COST_CODES[costOf(rule, subscriptionCost)] : COST_LISTED,
      };
    },
  };
}

/** In one order, whoever lists them. */
const byPath = (a: { agent: string; path: string }, b: { agent: string; path: string }): number =>
  a.agent < b.agent || (a.agent === b.agent && a.path < b.path) ? -1 : 1;

const COST_CODES = { list: COST_LISTED, 'api-equivalent': COST_EQUIVALENT, off: COST_HIDDEN } as const;

/** The account that a rule makes. */
export const ruled = (rule: AccountRule): Account => ({ key: `rule:${rule.name}`, name: rule.name, rule });

/** The account that an agent tells. */
function tellingAccount(
  { agent, account }: Pick<AccountFacts, 'agent' | 'account'>,
  agentLabels: Record<string, string>,
): Account {
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
function matcher(match: AccountMatch, places: AccountPlaces): (facts: AccountFacts) => boolean {
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
    (provider === undefined || facts.provider === undefined || facts.provider === provider) &&
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
