import type { NewestLimitRow } from '../queries/limits.ts';
import type { UsageSums } from '../queries/usageWindow.ts';
import type { Account } from './accountOf.ts';
import type { AccountTree } from './accountTree.ts';
import { type CostShown, costLabel, costOfAccount, costWords } from './costShown.ts';
import { baseName, compactTokens, dateText, duration, exactNumber, label, listed, percent, plural } from './format.ts';
import type { LimitFigure } from './limitFigures.ts';
import type { AccountMatch, LimitSettings } from './limitSettings.ts';
import type { AccountCard, LimitCard, LimitsView, TreeRow, TreeView } from './limitsView.ts';
import { amountText, limitLabel, usedText } from './limitText.ts';
import { burnText, forecastText } from './paceText.ts';
import { isInForce, quotaWords, reachedText, resetText, statedQuota } from './quota.ts';
import { t } from './text.ts';
import { type Thresholds, toneOf } from './tone.ts';
import { totalTokens } from './usage.ts';
import type { WindowName } from './usageReport.ts';
import { costText } from './usageTable.ts';

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
  /** Whether costs are shown; a limit of cost always is. */
  cost?: CostShown;
  /** By key of a limit. */
  quiet: Record<string, { isMuted: boolean; untilMs?: number }>;
  /** Whether there is any request; how far the first read is. */
  hasHistory: boolean;
  progress?: { filesDone: number; filesTotal: number };
}

/** A rate is said of no shorter time. */
const LEAST_BURN_MS = 15 * 60_000;

const WINDOWS = ['day', 'week', 'month', 'all'] as const;

/** The key of a quota that an agent states, and that of a limit of the user's, are never the same. */
export const statedKey = ({ agent, account, limitId, windowMinutes }: NewestLimitRow): string =>
  `stated:${JSON.stringify([agent, account, limitId, windowMinutes])}`;

export function limitsView(input: LimitsInput): LimitsView {
  const { settings, locale } = input;
  const accounts = accountCards(input);
  const all = accounts.flatMap(({ limits, stated }) => [...limits, ...stated]);
  const pressing = all.filter(({ tone, isPressing }) => isPressing || tone === 'warning' || tone === 'critical');
  return {
    ...stateOf(input),
    verdict: verdictOf(all.length, pressing.length, locale),
    problems: settings.problems.map(({ message }) => message),
    accounts: accounts.filter((account) => !isBare(account)),
    bare: bareText(accounts.filter(isBare)),
    resetLabel: resetLabel(settings, input),
    tree: treeView({ ...input, caption: treeCaption(input.window) }),
    windows: WINDOWS.map((name) => ({ name, label: windowLabel(name), selected: name === input.window })),
    agents: Object.entries(input.agentLabels).map(([id, text]) => ({ id, label: text })),
    updatedAt: dateText(input.nowMs, input, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}

function stateOf({ progress, hasHistory, locale }: LimitsInput): Pick<LimitsView, 'state' | 'notice'> {
  if (progress) {
    const files = exactNumber(progress.filesTotal, locale);
    const done = exactNumber(progress.filesDone, locale);
    return {
      state: 'indexing',
      notice: t('Reading history, newest first: {0} of {1} files. The figures below still grow.', done, files),
    };
  }
  if (hasHistory) return { state: 'ready' };
  return { state: 'empty', notice: t('No transcripts of coding agents yet: nothing was used of any limit.') };
}

function verdictOf(all: number, pressing: number, locale: string): LimitsView['verdict'] {
  if (all === 0)
    return {
      title: t('No limits yet'),
      text: t(
        'Set a budget for everything, or add an account with limits of its own. What agents state of their quotas appears by itself.',
      ),
      isGood: true,
    };
  const many = exactNumber(all, locale);
  if (pressing === 0)
    return {
      title: all === 1 ? t('The limit holds') : t('All {0} limits hold', many),
      text: t('None is nearly used up, and at the present pace none will be.'),
      isGood: true,
    };
  return {
    title:
      all === 1 ? t('The limit needs a look') : t('{0} of {1} limits need a look', exactNumber(pressing, locale), many),
    text: t('They are nearly used up, or will be before they reset if it goes on like this.'),
    isGood: false,
  };
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
      about: aboutText(rule.match, input.agentLabels),
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

/** What of the input a limit is shown from. */
export type LimitCardInput = Pick<LimitsInput, 'locale' | 'timeZone' | 'nowMs' | 'thresholds' | 'quiet' | 'cost'>;

/** A limit of the user's, or of the team's. */
export function limitCard(figure: LimitFigure, input: LimitCardInput): LimitCard {
  const { locale, nowMs } = input;
  const { unit, amount, used, span, pace, sums } = figure;
  const left = Math.max(0, amount - used);
  const unpriced = unit === 'cost' && sums.unpricedTurns > 0;
  const estimated = unit === 'tokens' && sums.estimatedTurns > 0;
  return {
    key: figure.key,
    label: limitLabel(figure),
    percent: figure.percent,
    percentLabel: `${unpriced ? '≥ ' : ''}${percent(figure.percent / 100, locale)}`,
    tone: toneOf(figure.percent, input.thresholds),
    detail: usedText(used, amount, unit, locale),
    left:
      used > amount
        ? t('{0} over', amountText(used - amount, unit, locale))
        : t('{0} left', amountText(left, unit, locale)),
    reset: span ? t('resets {0}', resetText(span.untilMs, input)) : t('Begins with the next request.'),
    burn: pace && pace.perHour > 0 && pace.recentMs >= LEAST_BURN_MS ? burnText(pace, unit, locale) : undefined,
    forecast: pace && span ? forecastText(pace, span.untilMs, input) : undefined,
    isPressing: (pace?.forecast?.lowPercent ?? 0) >= 100,
    note: unpriced
      ? plural(
          sums.unpricedTurns,
          '{0} request without a known price is not in it.',
          '{0} requests without a known price are not in it.',
          locale,
        )
      : estimated
        ? plural(
            sums.estimatedTurns,
            'The output of {0} request is estimated.',
            'The output of {0} requests is estimated.',
            locale,
          )
        : undefined,
    ...quietness(figure.key, input, nowMs),
  };
}

function statedCard(limit: NewestLimitRow, input: LimitsInput): LimitCard {
  const quota = statedQuota(limit, input);
  const { long } = quotaWords(limit);
  const which = limit.limitId && limit.limitId !== limit.agent ? label(limit.limitId, 40) : undefined;
  return {
    key: statedKey(limit),
    label: which === undefined ? capital(long) : `${which}, ${long}`,
    percent: quota.percent,
    percentLabel: quota.percentLabel,
    tone: quota.tone,
    detail: limit.plan ? t('plan {0}', label(limit.plan, 40)) : t('as the agent states it'),
    left: t('stated {0} ago', duration(input.nowMs - limit.atMs)),
    reset: limit.resetsAtMs === null ? '' : t('resets {0}', resetText(limit.resetsAtMs, input)),
    isPressing: false,
    note: reachedNote(limit),
    ...quietness(statedKey(limit), input, input.nowMs),
  };
}

function reachedNote(limit: NewestLimitRow): string | undefined {
  const reached = reachedText(limit);
  return reached && t('The agent says: {0}.', reached);
}

/** As a label begins. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function quietness(
  key: string,
  { quiet, ...where }: Pick<LimitCardInput, 'locale' | 'timeZone' | 'quiet'>,
  nowMs: number,
): Pick<LimitCard, 'isMuted' | 'snoozed'> {
  const known = quiet[key];
  const untilMs = known?.untilMs;
  return {
    isMuted: known?.isMuted ?? false,
    snoozed:
      untilMs !== undefined && untilMs > nowMs
        ? t('No alerts until {0}', dateText(untilMs, where, { weekday: 'short', hour: 'numeric', minute: '2-digit' }))
        : undefined,
  };
}

/** `Max`, `API` */
export function typeLabel(type: string): string {
  return type === 'api' ? 'API' : type.charAt(0).toUpperCase() + type.slice(1);
}

/** What a rule counts, in words. */
function aboutText(match: AccountMatch, agentLabels: Record<string, string>): string {
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

const treeCaption = (window: WindowName): string =>
  ({
    day: t('Accounts, users and workspaces today'),
    week: t('Accounts, users and workspaces this week'),
    month: t('Accounts, users and workspaces this month'),
    all: t('Accounts, users and workspaces in all'),
    custom: '',
  })[window];

/** Accounts, users and workspaces, in rows. */
export function treeView({
  tree,
  locale,
  cost,
  caption,
  settings,
}: Pick<LimitsInput, 'tree' | 'locale' | 'cost'> & { caption: string; settings?: LimitSettings }): TreeView {
  const all = tree.reduce((sum, { sums }) => sum + totalTokens(sums), 0);
  const row = (
    { rule }: Account,
    key: string,
    level: TreeRow['level'],
    text: string,
    title: string,
    sums: UsageSums,
  ): TreeRow => {
    const shown = costOfAccount(rule, settings ?? { subscriptionCost: 'list' }, cost);
    const share = all > 0 ? totalTokens(sums) / all : 0;
    return {
      key,
      level,
      label: text,
      title,
      tokens: compactTokens(totalTokens(sums), locale),
      requests: exactNumber(sums.turns, locale),
      // What all of them are stands in the head.
      cost: shown === cost && shown !== 'off' ? costText(sums, locale) : costWords(costText(sums, locale), shown),
      share,
      shareLabel: percent(share, locale),
    };
  };
  return {
    caption,
    costLabel: cost === 'off' ? undefined : costLabel(cost),
    rows: tree.flatMap(({ account, sums, below }) => [
      row(account, account.key, 1, account.name, account.told?.account || account.name, sums),
      ...below.flatMap(({ user, sums: ofUser, below: folders }) => [
        row(account, `${account.key}\n${user}`, 2, label(user, 60), user, ofUser),
        ...folders.map(({ workspace, sums: ofFolder }) =>
          row(
            account,
            `${account.key}\n${user}\n${workspace}`,
            3,
            workspace === '' ? t('no folder told') : label(baseName(workspace), 60),
            workspace,
            ofFolder,
          ),
        ),
      ]),
    ]),
  };
}
