import { LIMIT_PERIODS } from '../queries/limitWindow.ts';
import { ACCOUNT_TYPES, LIMIT_UNITS, parseLimitSettings, type RawLimitSettings } from './limitSettings.ts';
import type { AccountDraft, GeneralDraft, LimitDraft } from './limitsView.ts';

type Fields = Record<string, unknown>;

const MATCH_FIELDS = ['agent', 'configDir', 'login', 'provider', 'user', 'workspace'] as const;
const RESET_FIELDS = ['day', 'dayOfMonth', 'time', 'zone'] as const;
const NO_RESET = { day: '', dayOfMonth: '', time: '', zone: '' };

/** A limit as a form begins with it. */
export const EMPTY_LIMIT: LimitDraft = { unit: 'tokens', amount: '', period: 'week', ...NO_RESET };

/** An account of the setting as a form shows it, whatever stands there; an empty one without. */
export function accountDraft(raw: unknown): AccountDraft {
  const entry = fieldsOf(raw);
  const match = fieldsOf(entry.match);
  const limits = Array.isArray(entry.limits) ? entry.limits : [];
  return {
    name: textOf(entry.name),
    type: ACCOUNT_TYPES.find((type) => type === entry.type) ?? '',
    agent: textOf(match.agent),
    configDir: textOf(match.configDir),
    login: textOf(match.login),
    provider: textOf(match.provider),
    user: textOf(match.user),
    workspace: textOf(match.workspace),
    limits: limits.map(limitDraft),
  };
}

function limitDraft(raw: unknown): LimitDraft {
  const entry = fieldsOf(raw);
  return {
    unit: LIMIT_UNITS.find((unit) => unit === entry.unit) ?? 'tokens',
    amount: textOf(entry.amount),
    period: LIMIT_PERIODS.find((period) => period === entry.period) ?? 'week',
    ...resetDraft(entry.resets),
  };
}

function resetDraft(raw: unknown): typeof NO_RESET {
  const given = fieldsOf(raw);
  return {
    day: textOf(given.day),
    dayOfMonth: textOf(given.dayOfMonth),
    time: textOf(given.time),
    zone: textOf(given.zone),
  };
}

/** What a form holds as it is written into the setting. What the entry had besides stays. @param before what stood there */
export function rawAccount(draft: AccountDraft, before: unknown): Fields {
  const old = fieldsOf(before);
  const oldMatch = fieldsOf(old.match);
  const match: Fields = {};
  for (const field of MATCH_FIELDS) {
    const value = draft[field].trim();
    // Empty is what a rule for the usual folder says; a form cannot tell that from nothing.
    if (value !== '') match[field] = value;
    else if (oldMatch[field] === '') match[field] = '';
  }
  const { type: _, ...kept } = old;
  return {
    ...kept,
    name: draft.name.trim(),
    ...(draft.type === '' ? {} : { type: draft.type }),
    match,
    limits: draft.limits.map(rawLimit),
  };
}

function rawLimit(draft: LimitDraft): Fields {
  const resets = rawReset(draft);
  return {
    unit: draft.unit,
    amount: amountOf(draft.amount),
    period: draft.period,
    ...(resets && draft.period !== '5h' ? { resets } : {}),
  };
}

function rawReset(draft: Pick<LimitDraft, (typeof RESET_FIELDS)[number]>): Fields | undefined {
  const reset: Fields = {};
  for (const field of RESET_FIELDS) {
    const value = draft[field].trim();
    if (value !== '') reset[field] = field === 'dayOfMonth' ? amountOf(value) : value;
  }
  return Object.keys(reset).length > 0 ? reset : undefined;
}

/** `5000000`, `2.5M`, `40k` as a number; anything else as it was typed, for the message that refuses it. */
function amountOf(typed: string): number | string {
  const [, digits, power = ''] = /^\s*(-?\d+(?:\.\d+)?)\s*([kKmMbB]?)\s*$/.exec(typed) ?? [];
  if (digits === undefined) return typed;
  return Number(digits) * ({ k: 1e3, m: 1e6, b: 1e9 }[power.toLowerCase()] ?? 1);
}

/** The simple settings as a form shows them. */
export function generalDraft(raw: RawLimitSettings): GeneralDraft {
  return { budget: textOf(raw.weeklyBudgetTokens), ...resetDraft(raw.usageReset) };
}

/** What that form holds as it is written into the settings; `undefined` takes a setting away. */
export function rawGeneral(draft: GeneralDraft): Pick<RawLimitSettings, 'usageReset' | 'weeklyBudgetTokens'> {
  return {
    weeklyBudgetTokens: draft.budget.trim() === '' ? undefined : amountOf(draft.budget),
    usageReset: rawReset(draft),
  };
}

/** Accounts with one of them changed, added (`index` null) or taken away (`account` undefined); the others as they stand. */
export function changedAccounts(accounts: unknown, index: number | null, account: Fields | undefined): unknown[] {
  const before = Array.isArray(accounts) ? accounts : [];
  if (index === null || index >= before.length) return account ? [...before, account] : before;
  return account ? before.with(index, account) : before.toSpliced(index, 1);
}

/** What is wrong with one account, or with the simple settings, in words. */
export function draftProblems(raw: RawLimitSettings, account: number | undefined): string[] {
  return parseLimitSettings(raw)
    .problems.filter((problem) => problem.account === account)
    .map(({ message }) => message);
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
