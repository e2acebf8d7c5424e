import type { NewestLimitRow } from '../queries/limits.ts';
import type { Account } from './accountOf.ts';
import { ruleText } from './accountOrigin.ts';
import type { AccountTree } from './accountTree.ts';
import type { CostShown } from './costShown.ts';
import { clockTime, dateText, exactNumber, label, listed, plural } from './format.ts';
import { limitCard, statedCard } from './limitCards.ts';
import type { LimitFigure } from './limitFigures.ts';
import type { LimitSettings } from './limitSettings.ts';
import type { AccountCard, LimitCard, LimitsView } from './limitsView.ts';
import { treeCaption, treeView } from './limitTree.ts';
import { isInForce } from './quota.ts';
import { t } from './text.ts';
import type { Thresholds } from './tone.ts';
import type { WindowName } from './usageReport.ts';
import { historyStart } from './usageSpan.ts';

/** What the Limits page is made from. */
export interface LimitsInput {
  locale: string;
  timeZone: string;
  nowMs: number;
  thresholds: Thresholds;
  agentLabels: Record<string, string>;
  settings: LimitSettings;
  figures: LimitFigure[];
  /** Quotas that agents state, with the account that each is of. */
  stated: { account: Account; limit: NewestLimitRow }[];
  tree: AccountTree[];
  window: WindowName;
  /** Whether, and as what, costs are shown. */
  cost?: CostShown;
  /** By key of a limit. */
  quiet: Record<string, { isMuted: boolean; untilMs?: number }>;
  /** Of the oldest request, `null` = there is none; where the window of the tree begins, if anywhere; how far the first read is. */
  firstAtMs: number | null;
  sinceMs?: number;
  progress?: { filesDone: number; filesTotal: number };
}

const WINDOWS = ['day', 'week', 'month', 'all'] as const;

export function limitsView(input: LimitsInput): LimitsView {
  const { settings, locale } = input;
  const accounts = accountCards(input);
  const all = accounts.flatMap(({ limits, stated }) => [...limits, ...stated]);
  const pressing = all.filter(({ tone, isPressing }) => isPressing || tone === 'warning' || tone === 'critical');
  return {
    ...stateOf(input),
    verdict: verdictOf(all.length, pressing, mayNotLast(input.figures), locale),
    problems: settings.problems.map(({ message }) => message),
    accounts: accounts.filter((account) => !isBare(account)),
    bare: bareText(accounts.filter(isBare)),
    resetLabel: resetLabel(settings, input),
    tree: treeView({ ...input, caption: treeCaption(input.window) }),
    historyStart: historyStart({
      ...input,
      window: { name: input.window, sinceMs: input.sinceMs ?? Number.POSITIVE_INFINITY },
      coverage: input,
    }),
    windows: WINDOWS.map((name) => ({ name, label: windowLabel(name), selected: name === input.window })),
    agents: Object.entries(input.agentLabels).map(([id, text]) => ({ id, label: text })),
    updatedAt: clockTime(input.nowMs, input),
  };
}

function stateOf({ progress, firstAtMs, locale }: LimitsInput): Pick<LimitsView, 'state' | 'notice'> {
  if (progress) {
    const files = exactNumber(progress.filesTotal, locale);
    const done = exactNumber(progress.filesDone, locale);
    return {
      state: 'indexing',
      notice: t('Reading history, newest first: {0} of {1} files. The figures below still grow.', done, files),
    };
  }
  if (firstAtMs !== null) return { state: 'ready' };
  return { state: 'empty', notice: t('No transcripts of coding agents yet: nothing was used of any limit.') };
}

/** Whether the faster of its paces, but not the slower, uses a limit up. */
const mayNotLast = (figures: readonly LimitFigure[]): boolean =>
  figures.some(({ pace }) => (pace?.forecast?.highPercent ?? 0) >= 100);

/** What is said of all limits together. @param isOpen whether a pace uses one up, but the slower does not */
export function verdictOf(
  all: number,
  pressing: readonly Pick<LimitCard, 'percent'>[],
  isOpen: boolean,
  locale: string,
): LimitsView['verdict'] {
  if (all === 0)
    return {
      title: t('No limits yet'),
      text: t(
        'Set a budget for everything, or add an account with limits of its own. What agents state of their quotas appears by itself.',
      ),
      isGood: true,
    };
  const many = exactNumber(all, locale);
  if (pressing.length === 0)
    return {
      title: all === 1 ? t('The limit holds') : t('All {0} limits hold', many),
      text: isOpen
        ? t('None is nearly used up, but at the faster of its paces one may be before it resets.')
        : t('None is nearly used up, and as far as can be foreseen none will be.'),
      isGood: true,
    };
  return {
    title:
      all === 1
        ? t('The limit needs a look')
        : plural(pressing.length, '{0} of {1} limits needs a look', '{0} of {1} limits need a look', locale, many),
    text: pressingText(pressing),
    isGood: false,
  };
}

function pressingText(pressing: readonly Pick<LimitCard, 'percent'>[]): string {
  const used = pressing.filter(({ percent }) => percent >= 100).length;
  if (pressing.length === 1)
    return used === 1
      ? t('It is used up.')
      : t('It is nearly used up, or will be before it resets if it goes on like this.');
  return used > 0
    ? t('They are used up or nearly, or will be before they reset if it goes on like this.')
    : t('They are nearly used up, or will be before they reset if it goes on like this.');
}

/** An account that nobody made, with nothing to show. */
const isBare = ({ key, index, limits, stated }: AccountCard): boolean =>
  key !== 'machine' && index === undefined && limits.length === 0 && stated.length === 0;

const bareText = (accounts: AccountCard[]): string | undefined =>
  accounts.length === 0
    ? undefined
    : t('Without a limit, and stating none: {0}.', listed(accounts.map(({ name }) => name)));

/** Everything on this machine first, then the accounts of the rules, then those that agents tell of. */
function accountCards(input: LimitsInput): AccountCard[] {
  const { figures, settings, tree, stated } = input;
  const limitsOf = (key: string | undefined): LimitCard[] =>
    figures.filter(({ account }) => account?.key === key).map((figure) => limitCard(figure, input));
  const statedOf = (key: string): LimitCard[] =>
    stated
      .filter(({ account, limit }) => account.key === key && isInForce(limit, input.nowMs))
      .map(({ limit }) => statedCard(limit, input))
      .toSorted((a, b) => b.percent - a.percent);
  const machine = limitsOf(undefined);
  const ruled = settings.accounts.map(
    (rule): AccountCard => ({
      key: `rule:${rule.name}`,
      name: label(rule.name),
      type: rule.type && typeLabel(rule.type),
      about: ruleText(rule.match, input.agentLabels),
      index: rule.index,
      limits: limitsOf(`rule:${rule.name}`),
      stated: statedOf(`rule:${rule.name}`),
    }),
  );
  const told = new Map(
    [...tree.map(({ account }) => account), ...stated.map(({ account }) => account)]
      .filter((account) => account.told !== undefined)
      .map((account) => [account.key, account]),
  );
  const ofAgents = [...told.values()].map(
    (account): AccountCard => ({
      key: account.key,
      name: account.name,
      about: account.told?.account
        ? t('As the agent tells it: {0}', label(account.told.account, 120))
        : t("In the agent's usual folder; it tells no account."),
      limits: [],
      stated: statedOf(account.key),
    }),
  );
  const everything: AccountCard = {
    key: 'machine',
    name: t('Everything on this machine'),
    about: t('All agents, accounts and folders together.'),
    limits: machine,
    stated: [],
  };
  return [everything, ...ruled, ...ofAgents];
}

/** `Max`, `API` */
export function typeLabel(type: string): string {
  return type === 'api' ? 'API' : type.charAt(0).toUpperCase() + type.slice(1);
}

/** `Weeks begin Monday 00:00, months on day 1 (UTC).` */
function resetLabel({ reset }: LimitSettings, { locale }: LimitsInput): string {
  // 5 January 1970 was a Monday.
  const atMs = (4 + reset.weekday) * 86_400_000 + reset.minute * 60_000;
  const when = dateText(atMs, { locale, timeZone: 'UTC' }, { weekday: 'long', hour: 'numeric', minute: '2-digit' });
  return t('Weeks begin {0}, months on day {1} ({2}).', when, reset.monthDay, reset.timeZone);
}

function windowLabel(name: (typeof WINDOWS)[number]): string {
  return { day: t('Day'), week: t('Week'), month: t('Month'), all: t('All') }[name];
}
