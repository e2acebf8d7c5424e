import type { Kind } from '../ledger/kind.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import type { ThreadUsageRow } from '../queries/threadUsage.ts';
import type { ThreadUse } from '../queries/threadUse.ts';
import { attributionRows, columns } from './attributionRows.ts';
import type { AdviceCard, AttributionView, Choice, ColumnKey, Lens, TurnRange } from './attributionView.ts';
import { barView } from './bar.ts';
import { baseName, dateText, duration, exactNumber, label, listed } from './format.ts';
import {
  contextText,
  hasReplied,
  type MeterInput,
  noReplyYet,
  readingHistory,
  sessionTitle,
  windowSourceText,
} from './meter.ts';
import { costTitle } from './priceOrigins.ts';
import { sentences, t } from './text.ts';
import { threadChoices, threadPath } from './threadTree.ts';
import { threadWindow, untilCompaction } from './threadWindow.ts';
import { timelineView } from './timeline.ts';
import { type Thresholds, toneOf } from './tone.ts';
import { totalTokens } from './usage.ts';

/** What the attribution panel is made from. */
export interface AttributionInput {
  locale: string;
  timeZone: string;
  nowMs: number;
  lens: Lens;
  thresholds: Thresholds;
  agentLabels: Record<string, string>;
  /** The sessions to choose from, newest first. */
  sessions: LiveSessionRow[];
  /** Nobody chose a session: the live one is shown. */
  isFollowing: boolean;
  /** The chosen session with its threads, main first, and the use of the chosen thread, in the range where there is one. */
  chosen?: {
    session: LiveSessionRow;
    threads: ThreadStateRow[];
    usage: ThreadUsageRow[];
    thread: ThreadStateRow;
    use: ThreadUse;
    /** Within the thread's turns. */
    range?: TurnRange;
    advice: AdviceCard[];
    /** Where the history begins, if the session began before. */
    cutAtMs?: number;
  };
  progress?: MeterInput['progress'];
  lookedFor: string[];
}

const lensesOf = (
  range: TurnRange | undefined,
  locale: string,
): { lens: Lens; label: string; hint: string; column: ColumnKey }[] => [
  {
    lens: 'window',
    label: t('In window'),
    hint: range
      ? t('What the prompt of turn {0} was made of.', exactNumber(range.to, locale))
      : t('What fills the context window of this thread now.'),
    column: 'inWindow',
  },
  {
    lens: 'spent',
    label: t('Spent'),
    hint: range
      ? t(
          'What was sent and generated in these turns: a large result is paid for again with each turn that carries it.',
        )
      : t(
          'What was sent and generated over all turns of this thread: a large result is paid for again with each turn that carries it.',
        ),
    column: 'spent',
  },
  {
    lens: 'in-flight',
    label: t('In flight'),
    hint: range
      ? t(
          "Each turn's tokens given whole to the tool calls that it made, in these turns; to the model where it made none.",
        )
      : t("Each turn's tokens given whole to the tool calls that it made; to the model where it made none."),
    column: 'inFlight',
  },
];

/** The panel "What consumed my tokens". */
export function attributionView(input: AttributionInput): AttributionView {
  const { locale, lens, chosen } = input;
  const range = chosen?.range;
  const known = lensesOf(range, locale);
  const lenses = known.map(({ column: _, ...entry }) => ({ ...entry, selected: entry.lens === lens }));
  const sortedBy = known.find((entry) => entry.lens === lens)?.column ?? 'spent';
  const common = { lenses, sortedBy, sessions: sessionChoices(input) };
  if (!chosen) return { ...nothingYet(input), ...common };
  const { session, thread, threads, use } = chosen;
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const parts = !hasReplied(thread)
    ? []
    : lens === 'in-flight'
      ? use.inFlight.map((row) => ({ kind: row.kind as Kind, tokens: totalTokens(row.spent) }))
      : use.items.map((item) => ({
          kind: item.kind as Kind,
          tokens: lens === 'window' ? item.inWindow : totalTokens(item.spent),
        }));
  return {
    ...common,
    state: 'ready',
    threads: threadChoices(chosen, locale),
    path: threadPath(threads, thread),
    sessionKey: session.key,
    title: sessionTitle(session.title, session.workspace, agent),
    subtitle: [agent, thread.model ? label(thread.model, 60) : undefined, session.workspace ?? undefined]
      .filter((part) => part !== undefined)
      .map((part) => label(part, 120))
      .join(' · '),
    historyStart:
      chosen.cutAtMs === undefined
        ? undefined
        : t(
            'History starts on {0}: what this session used before that was taken out.',
            dateText(chosen.cutAtMs, input, { dateStyle: 'long' }),
          ),
    context: contextOf(thread, input),
    advice: chosen.advice,
    bar: barView(parts, locale),
    costTitle: costTitle(use.prices, locale),
    timeline: timelineView({ ...use, range, locale, timeZone: input.timeZone }),
    columns: columns().filter(({ key }) => key !== 'inFlight' || lens === 'in-flight'),
    rows: hasReplied(thread) ? attributionRows({ ...chosen, lens, workspace: session.workspace, locale }) : [],
  };
}

function nothingYet(input: AttributionInput): Omit<AttributionView, 'lenses' | 'sessions' | 'sortedBy'> {
  const { progress, locale } = input;
  return {
    state: progress ? 'indexing' : 'empty',
    notice: progress
      ? readingHistory(progress, locale)
      : sentences(t('No transcripts of coding agents yet.'), t('Looked for those of {0}.', listed(input.lookedFor))),
    threads: [],
    path: [],
    title: '',
    subtitle: '',
    context: { label: '', percent: undefined, tone: 'normal', windowSource: '' },
    advice: [],
    bar: barView([], locale),
    columns: [],
    rows: [],
  };
}

function contextOf(thread: ThreadStateRow, input: AttributionInput): AttributionView['context'] {
  const { locale } = input;
  if (!hasReplied(thread)) return { label: noReplyYet(), percent: undefined, tone: 'normal', windowSource: '' };
  const window = threadWindow(thread);
  const share = thread.contextTokens / window.tokens;
  const compactsAt = thread.compactedAtTokens;
  return {
    label: contextText(thread, window, locale),
    percent: share * 100,
    tone: toneOf(share * 100, input.thresholds),
    windowSource: windowSourceText(window.source),
    ...(compactsAt === null
      ? {}
      : {
          untilCompaction: untilCompaction(thread, locale),
          compactsAtPercent: Math.min(100, (compactsAt / window.tokens) * 100),
        }),
  };
}

function sessionChoices(input: AttributionInput): Choice[] {
  if (input.sessions.length === 0) return [];
  const chosen = input.chosen?.session;
  const follow: Choice = {
    key: '',
    label: t('Follow the live session'),
    detail: input.isFollowing && chosen ? t('Now: {0}', sessionLabel(chosen, input)) : undefined,
    selected: input.isFollowing,
  };
  const others = input.sessions.map((session) => ({
    key: session.key,
    label: sessionLabel(session, input),
    detail: sessionDetail(session, input),
    selected: !input.isFollowing && session.key === chosen?.key,
  }));
  return [follow, ...others];
}

const sessionLabel = (session: LiveSessionRow, input: AttributionInput): string =>
  sessionTitle(session.title, session.workspace, input.agentLabels[session.agent] ?? session.agent);

function sessionDetail(session: LiveSessionRow, input: AttributionInput): string {
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const where = session.workspace ? [label(baseName(session.workspace), 40)] : [];
  return [agent, ...where, t('{0} ago', duration(input.nowMs - session.lastAtMs))].join(' · ');
}
