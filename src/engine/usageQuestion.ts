import type { UsageRequest } from './engineApi.ts';

/** Which requests are meant, in the words that a command line or a query string is made of; all that is given must hold. */
export interface UsageWords {
  /** Default: `week`. */
  window?: string;
  /** ISO 8601; these win over the edges of the window. */
  since?: string;
  until?: string;
  /** Ids of agents: `claude-code`, `codex` ... */
  agent?: string[];
  /** A folder: sessions in it or below it. Empty = sessions without one. */
  workspace?: string;
  /** `main`, or the type of a subagent. */
  subagent?: string;
  provider?: string;
  model?: string;
  account?: string;
  user?: string;
  /** Sessions in which this kind of tool owned tokens; with `item` those that carried this item of it. */
  used?: string;
  item?: string;
  /** IANA time zone in which days begin; that of this machine without it. */
  tz?: string;
}

/** A word that is none of the language: which one, and what it should be. */
export class BadWord extends Error {
  readonly word: string;
  readonly rule: string;

  /** @param rule goes on after the word's name: `is one of day, week` */
  constructor(word: string, rule: string) {
    super(`${word} ${rule}`);
    this.name = 'BadWord';
    this.word = word;
    this.rule = rule;
  }
}

/** The same question for every way of asking. Throws `BadWord`. */
export function usageQuestion(
  words: UsageWords,
  known: { agents?: readonly string[]; nowMs: number },
): Omit<UsageRequest, 'session'> {
  const sinceMs = timeOf('since', words.since);
  const untilMs = timeOf('until', words.until);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs)
    throw new BadWord('since', 'must be before until');
  for (const id of words.agent ?? [])
    if (known.agents && !known.agents.includes(id)) throw new BadWord('agent', `is one of ${known.agents.join(', ')}`);
  if (words.item !== undefined && words.used === undefined)
    throw new BadWord('item', 'needs the kind that it belongs to: used');
  const isCustom = sinceMs !== undefined || untilMs !== undefined;
  return {
    window: isCustom ? 'custom' : oneOf('window', words.window ?? 'week', ['day', 'week', 'month', 'all']),
    sinceMs,
    untilMs,
    agents: words.agent,
    workspace: words.workspace,
    agentName: words.subagent,
    provider: words.provider,
    model: words.model,
    account: words.account,
    user: words.user,
    usedKind: words.item === undefined ? words.used : undefined,
    usedItem:
      words.item === undefined || words.used === undefined ? undefined : { kind: words.used, target: words.item },
    timeZone: zoneOf(words.tz),
    nowMs: known.nowMs,
  };
}

/** Throws `BadWord` for a value that is no choice. */
export function oneOf<Choice extends string>(word: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw new BadWord(word, `is one of ${choices.join(', ')}`);
  return choice;
}

/** A number of rows; throws `BadWord`. */
export function countOf(word: string, value: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(count) || count < 1 || count > most)
    throw new BadWord(word, `is a whole number from 1${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`);
  return count;
}

/** A time, or a day in UTC; throws `BadWord`. */
export function timeOf(word: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const isIso = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/.test(value);
  const atMs = isIso ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(atMs)) throw new BadWord(word, 'is a time like 2026-11-16T00:00:00Z');
  return atMs;
}

function zoneOf(value: string | undefined): string {
  // To ask about any zone takes longer than all else that is asked for here.
  if (value === 'UTC') return value;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    throw new BadWord('tz', 'is an IANA time zone like Europe/Berlin');
  }
}
