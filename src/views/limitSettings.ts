import { LIMIT_PERIODS, type LimitPeriod, type UsageReset } from '../queries/limitWindow.ts';
import { COSTS_SHOWN, type CostShown } from './costShown.ts';
import { parseReset, USUAL_RESET } from './resetSetting.ts';
import { fieldsOf, isUnset, quoted, shown, type Tell, textOf } from './settingValue.ts';
import { t } from './text.ts';

/** Accounts and limits as the settings hold them: anything, as people write them by hand. */
export interface RawLimitSettings {
  accounts?: unknown;
  usageReset?: unknown;
  weeklyBudgetTokens?: unknown;
  weeklyBudgetUsd?: unknown;
  subscriptionCost?: unknown;
}

export const ACCOUNT_TYPES = ['free', 'pro', 'max', 'team', 'enterprise', 'api'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];
export const LIMIT_UNITS = ['tokens', 'cost', 'requests'] as const;
export type LimitUnit = (typeof LIMIT_UNITS)[number];

/** What a request must have to be an account's: all that is given. */
export interface AccountMatch {
  agent?: string;
  /** Configuration folder of the agent; empty = the usual one. */
  configDir?: string;
  /** Login, where the agent tells one. */
  login?: string;
  provider?: string;
  user?: string;
  /** This folder or one below it. */
  workspace?: string;
}

export interface AccountRule {
  name: string;
  type?: AccountType;
  match: AccountMatch;
  limits: LimitRule[];
  /** Its place in the setting. */
  index: number;
}

export interface LimitRule {
  unit: LimitUnit;
  /** > 0; US dollars where the unit is cost. */
  amount: number;
  period: LimitPeriod;
  reset: UsageReset;
}

/** What cannot be used as it stands, in words; the rest of the setting holds. */
export interface SettingProblem {
  setting: keyof RawLimitSettings;
  /** Place of the account in the setting. */
  account?: number;
  message: string;
}

export interface LimitSettings {
  accounts: AccountRule[];
  reset: UsageReset;
  budgetTokens?: number;
  budgetUsd?: number;
  /** How costs of accounts with a subscription are shown. */
  subscriptionCost: CostShown;
  problems: SettingProblem[];
}

const MATCH_FIELDS = ['agent', 'configDir', 'login', 'provider', 'user', 'workspace'] as const;
/** More than anybody has: beyond it the page would only be slow. */
const MOST_ACCOUNTS = 100;
const MOST_LIMITS = 20;
const MOST_AMOUNT = 1e15;

/** Reads the settings. What is wrong in them is named, and only that is left out. */
export function parseLimitSettings(raw: RawLimitSettings): LimitSettings {
  const problems: SettingProblem[] = [];
  const reset = parseReset(raw.usageReset, USUAL_RESET, (message) =>
    problems.push({ setting: 'usageReset', message: t('Reset: {0} Monday 00:00 UTC is used.', message) }),
  );
  const budget = (setting: 'weeklyBudgetTokens' | 'weeklyBudgetUsd'): number | undefined =>
    isUnset(raw[setting])
      ? undefined
      : amountOf(raw[setting], t('The weekly budget'), (message) => problems.push({ setting, message }));
  const budgets = { budgetTokens: budget('weeklyBudgetTokens'), budgetUsd: budget('weeklyBudgetUsd') };
  return {
    ...parseAccounts(raw.accounts, reset ?? USUAL_RESET, problems),
    reset: reset ?? USUAL_RESET,
    ...budgets,
    subscriptionCost: subscriptionCostOf(raw.subscriptionCost, problems),
    problems,
  };
}

function subscriptionCostOf(raw: unknown, problems: SettingProblem[]): CostShown {
  const known = COSTS_SHOWN.find((each) => each === raw);
  if (known === undefined && !isUnset(raw))
    problems.push({
      setting: 'subscriptionCost',
      message: t(
        'The cost of subscriptions is one of {0}, not {1}. It is shown as API-equivalent.',
        COSTS_SHOWN.join(', '),
        shown(raw),
      ),
    });
  return known ?? 'api-equivalent';
}

function parseAccounts(raw: unknown, reset: UsageReset, problems: SettingProblem[]): Pick<LimitSettings, 'accounts'> {
  if (isUnset(raw)) return { accounts: [] };
  if (!Array.isArray(raw)) {
    problems.push({
      setting: 'accounts',
      message: t('Accounts: a list is needed, not {0}. None is used.', shown(raw)),
    });
    return { accounts: [] };
  }
  const accounts: AccountRule[] = [];
  for (const [index, entry] of raw.slice(0, MOST_ACCOUNTS).entries()) {
    const tell: Tell = (message) => problems.push({ setting: 'accounts', account: index, message });
    const account = parseAccount(entry, index, reset, tell);
    if (!account) continue;
    if (accounts.some(({ name }) => name === account.name))
      tell(t('Account {0}: another one above has this name. This one is left out.', quoted(account.name)));
    else accounts.push(account);
  }
  if (raw.length > MOST_ACCOUNTS)
    problems.push({ setting: 'accounts', message: t('Accounts: only the first {0} are used.', MOST_ACCOUNTS) });
  return { accounts };
}

/** One account of the setting, or `undefined` where it has no name or rule that can be read. @param index its place in the setting */
function parseAccount(raw: unknown, index: number, reset: UsageReset, tell: Tell): AccountRule | undefined {
  const place = t('Account {0}', index + 1);
  const entry = fieldsOf(raw);
  if (!entry) return void tell(t('{0}: an object with a name is needed, not {1}. It is left out.', place, shown(raw)));
  const name = textOf(entry.name)?.trim();
  if (!name) return void tell(t('{0}: the name is missing. It is left out.', place));
  const where = t('Account {0}', quoted(name));
  const type = ACCOUNT_TYPES.find((known) => known === entry.type);
  if (!isUnset(entry.type) && !type)
    tell(
      t('{0}: the type is one of {1}, not {2}. It has none now.', where, ACCOUNT_TYPES.join(', '), shown(entry.type)),
    );
  const match = parseMatch(entry.match, where, tell);
  if (!match) return undefined;
  return { name, type, match, limits: parseLimits(entry.limits, where, reset, tell), index };
}

function parseMatch(raw: unknown, where: string, tell: Tell): AccountMatch | undefined {
  if (isUnset(raw)) return {};
  const given = fieldsOf(raw);
  if (!given) return void tell(t('{0}: what it matches is an object, not {1}. It is left out.', where, shown(raw)));
  const match: AccountMatch = {};
  for (const [field, value] of Object.entries(given)) {
    const known = MATCH_FIELDS.find((name) => name === field);
    // An account without one of its conditions would take what is another's.
    if (!known || textOf(value) === undefined) {
      const why = known
        ? t('{0} is a text, not {1}', field, shown(value))
        : t('{0} is not one of {1}', quoted(field), MATCH_FIELDS.join(', '));
      return void tell(t('{0}: {1}. It is left out.', where, why));
    }
    match[known] = textOf(value);
  }
  return match;
}

function parseLimits(raw: unknown, where: string, reset: UsageReset, tell: Tell): LimitRule[] {
  if (isUnset(raw)) return [];
  if (!Array.isArray(raw)) {
    tell(t('{0}: its limits are a list, not {1}. It has none now.', where, shown(raw)));
    return [];
  }
  const limits: LimitRule[] = [];
  for (const [index, entry] of raw.slice(0, MOST_LIMITS).entries()) {
    const limit = parseLimit(entry, t('{0}, limit {1}', where, index + 1), reset, tell);
    if (!limit) continue;
    if (limits.some(({ unit, period }) => unit === limit.unit && period === limit.period))
      tell(t('{0}, limit {1}: one above has the same unit and period. It is left out.', where, index + 1));
    else limits.push(limit);
  }
  if (raw.length > MOST_LIMITS) tell(t('{0}: only the first {1} limits are used.', where, MOST_LIMITS));
  return limits;
}

function parseLimit(raw: unknown, where: string, usual: UsageReset, tell: Tell): LimitRule | undefined {
  const entry = fieldsOf(raw);
  if (!entry) return void tell(t('{0}: an object is needed, not {1}. It is left out.', where, shown(raw)));
  const unit = LIMIT_UNITS.find((known) => known === entry.unit);
  const period = LIMIT_PERIODS.find((known) => known === entry.period);
  if (!unit)
    return void tell(
      t('{0}: the unit is one of {1}, not {2}. It is left out.', where, LIMIT_UNITS.join(', '), shown(entry.unit)),
    );
  if (!period)
    return void tell(
      t(
        '{0}: the period is one of {1}, not {2}. It is left out.',
        where,
        LIMIT_PERIODS.join(', '),
        shown(entry.period),
      ),
    );
  const amount = amountOf(entry.amount, where, tell);
  const reset = parseReset(entry.resets, usual, (message) => tell(t('{0}: {1} It is left out.', where, message)));
  return amount === undefined || !reset ? undefined : { unit, amount, period, reset };
}

function amountOf(value: unknown, where: string, tell: Tell): number | undefined {
  if (typeof value === 'number' && value > 0 && value <= MOST_AMOUNT) return value;
  tell(t('{0}: the amount is a number above 0, not {1}. This limit is left out.', where, shown(value)));
  return undefined;
}
