import type { PricedUse } from '../queries/pricedUse.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import { type CostOfPicture, costLabel, costWords } from './costShown.ts';
import type { RingView } from './dashboardView.ts';
import { baseName, compactTokens, duration, label, listed, percent, plural } from './format.ts';
import { quotas } from './limitQuotas.ts';
import {
  contextText,
  hasReplied,
  type MeterInput,
  noReplyYet,
  readingHistory,
  sessionTitle,
  stateOf,
} from './meter.ts';
import type { MeterState } from './meterView.ts';
import { costTitle } from './priceOrigins.ts';
import { type QuotaInput, weekBegan } from './quota.ts';
import type { LiveView, SessionItem, SidebarFigure, SidebarView } from './sidebarView.ts';
import { sentences, t } from './text.ts';
import { threadWindow } from './threadWindow.ts';
import { toneOf } from './tone.ts';
import { totalTokens } from './usage.ts';
import { costText } from './usageTable.ts';

/** A session with its main thread and what it used so far, subagents included. */
export interface SidebarSession {
  session: LiveSessionRow;
  thread: ThreadStateRow;
  totals: UsageTotalsRow;
}

/** Sums, and where their prices come from. */
type PricedTotals = UsageTotalsRow & PricedUse;

/** What the sidebar is made from. */
export interface SidebarInput extends QuotaInput {
  /** The session that the meter shows; `undefined` when there is none on this machine. */
  live?: SidebarSession & { isElsewhere: boolean; totals: PricedTotals };
  /** Those that were written to lately, newest first. */
  sessions: SidebarSession[];
  today: PricedTotals;
  week: PricedTotals;
  progress?: MeterInput['progress'];
  lookedFor: string[];
  /** How the cost of a session is called, or of all without one. */
  costOf?: (session?: string) => CostOfPicture;
}

export function sidebarView(input: SidebarInput): SidebarView {
  const { live, locale, progress } = input;
  const sessions = input.sessions.map((session) => sessionItem(session, input));
  if (!live)
    return {
      state: progress ? 'indexing' : 'empty',
      notice: progress
        ? readingHistory(progress, locale)
        : sentences(t('No transcripts of coding agents yet.'), t('Looked for those of {0}.', listed(input.lookedFor))),
      figures: [],
      sessions,
    };
  const figures = [
    figure('session', t('Session'), live.totals, input, live.session.key),
    figure('today', t('Today'), input.today, input),
    { ...figure('week', t('This week'), input.week, input), note: weekBegan(input.weekSinceMs, input) },
  ];
  return {
    state: progress ? 'indexing' : 'ready',
    ...(progress ? { notice: sentences(readingHistory(progress, locale), t('The figures below still grow.')) } : {}),
    live: liveView(live, input),
    ring: ringOf(live, input),
    figures,
    costNote: costNote(figures),
    sessions,
  };
}

function figure(
  key: SidebarFigure['key'],
  name: string,
  totals: PricedTotals,
  { locale, costOf }: Pick<SidebarInput, 'locale' | 'costOf'>,
  session?: string,
): SidebarFigure {
  const tokens = totalTokens(totals);
  const cost = costOf?.(session);
  const money = costText(totals, locale);
  const words = costWords(money, cost);
  return {
    key,
    label: name,
    value: compactTokens(tokens, locale),
    title: plural(tokens, '{0} token', '{0} tokens', locale),
    ...(cost === 'off'
      ? { cost: '' }
      : {
          cost: words === money ? money : `${money}${cost === 'mixed' ? PARTLY : WHOLLY}`,
          costTitle: costTitle(totals, locale, words === money ? undefined : words),
        }),
  };
}

/** There is no room for words beside each cost. */
const [WHOLLY, PARTLY] = ['*', '†'];

/** What the marks mean. */
function costNote(figures: readonly SidebarFigure[]): string | undefined {
  const isThere = (mark: string): boolean => figures.some(({ cost }) => cost.endsWith(mark));
  const notes = [
    ...(isThere(WHOLLY) ? [`${WHOLLY}\u00a0${costLabel('api-equivalent')}`] : []),
    ...(isThere(PARTLY) ? [`${PARTLY}\u00a0${t('partly API-equivalent')}`] : []),
  ];
  return notes.length === 0 ? undefined : notes.join(' · ');
}

function ringOf({ session }: SidebarSession, input: SidebarInput): RingView | undefined {
  const quota = quotas(input).find(({ agent }) => agent === undefined || agent === session.agent);
  if (!quota) return undefined;
  const { notice, warning, critical } = input.thresholds;
  return {
    label: quota.label,
    percent: quota.percent,
    percentLabel: quota.percentLabel,
    tone: quota.tone,
    detail: quota.shortDetail,
    note: quota.pace,
    marks: [notice, warning, critical],
  };
}

/** How full a thread's window is, as every part of the sidebar writes it. */
function fillOf({ thread }: Pick<SidebarSession, 'thread'>, { locale, thresholds }: SidebarInput) {
  const window = threadWindow(thread);
  const share = thread.contextTokens / window.tokens;
  return {
    window,
    percent: share * 100,
    percentLabel: `${thread.contextEstimated ? '≈' : ''}${percent(share, locale)}`,
    tone: toneOf(share * 100, thresholds),
  };
}

function liveView(live: NonNullable<SidebarInput['live']>, input: SidebarInput): LiveView {
  const { session, thread, isElsewhere } = live;
  const { locale } = input;
  const { window, ...fill } = fillOf(live, input);
  const about = thread.contextEstimated ? '≈' : '';
  const state = stateText(stateOf(thread, input.nowMs), thread, input.nowMs);
  return {
    key: session.key,
    title: titleOf(session, input),
    subtitle: placeOf(session, thread, input).join(' · '),
    state: isElsewhere ? t('{0}, in another folder', state) : state,
    ...(hasReplied(thread)
      ? {
          context: {
            ...fill,
            label: t(
              '{0} of {1} tokens',
              `${about}${compactTokens(thread.contextTokens, locale)}`,
              compactTokens(window.tokens, locale),
            ),
            title: contextText(thread, window, locale),
          },
        }
      : { noContext: noReplyYet() }),
  };
}

function sessionItem(entry: SidebarSession, input: SidebarInput): SessionItem {
  const { session, thread, totals } = entry;
  const { locale, nowMs } = input;
  const { window, percentLabel, tone } = fillOf(entry, input);
  const state = stateOf(thread, nowMs);
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const fill = hasReplied(thread) ? percentLabel : t('no reply yet');
  const title = titleOf(session, input);
  const cost = costWords(costText(totals, locale), input.costOf?.(session.key));
  const used = plural(totalTokens(totals), '{0} token', '{0} tokens', locale);
  const context = hasReplied(thread) ? contextText(thread, window, locale) : noReplyYet();
  return {
    key: session.key,
    title,
    ...(hasReplied(thread) ? { fill } : {}),
    description: listed([...(title.includes(agent) ? [] : [agent]), ...(hasReplied(thread) ? [] : [fill])]),
    state,
    tone: hasReplied(thread) ? tone : 'normal',
    accessibleLabel: [title, agent, fill, stateText(state, thread, nowMs)].join(t(', ')),
    tooltip: [
      placeOf(session, thread, input).join(' · '),
      context,
      cost === ''
        ? plural(totalTokens(totals), '{0} token used', '{0} tokens used', locale)
        : t('{0} used, {1}', used, cost),
      stateText(state, thread, nowMs),
    ],
  };
}

const titleOf = (session: LiveSessionRow, { agentLabels }: SidebarInput): string =>
  sessionTitle(session.title, session.workspace, agentLabels[session.agent] ?? session.agent);

/** Agent, model and folder. */
function placeOf(session: LiveSessionRow, thread: ThreadStateRow, { agentLabels }: SidebarInput): string[] {
  return [
    agentLabels[session.agent] ?? session.agent,
    ...(thread.model ? [label(thread.model, 60)] : []),
    ...(session.workspace ? [label(baseName(session.workspace), 40)] : []),
  ];
}

function stateText(state: MeterState, thread: ThreadStateRow, nowMs: number): string {
  if (state === 'compacted') return t('just compacted');
  return state === 'live' ? t('live') : t('idle for {0}', duration(nowMs - thread.lastAtMs));
}
