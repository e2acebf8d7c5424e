import type { Kind } from '../ledger/kind.ts';
import type { TurnUse } from '../queries/threadUse.ts';
import type { TurnEvent } from '../queries/turnEvents.ts';
import type { TurnRange } from './attributionView.ts';
import { kindLabel } from './bar.ts';
import { compactTokens, exactNumber, label, listed, plural } from './format.ts';
import { t } from './text.ts';
import { thinTurns } from './thinTurns.ts';
import { ticksUpTo } from './ticks.ts';
import type { TimelineMark, TimelineView } from './timelineView.ts';

/** What the context timeline of a thread is made from. */
export interface TimelineInput {
  /** Oldest first, numbered from 1 without gaps. */
  turns: readonly TurnUse[];
  events: readonly TurnEvent[];
  range?: TurnRange;
  locale: string;
  timeZone: string;
}

/** Columns of the chart: more than that nobody sees apart. */
const MOST_COLUMNS = 360;
/** Kinds with an area of their own; the others are one. */
const NAMED_BANDS = 8;
const MOST_MARKS = 500;
/** What a prompt begins with lies at the bottom. */
const BASE: readonly string[] = ['system', 'memory', 'summary'];

/** The context timeline, or `undefined` when the thread made no request with a prompt. */
export function timelineView(input: TimelineInput): TimelineView | undefined {
  const { turns, events, range, locale } = input;
  if (!turns.some((turn) => turn.contextTokens > 0)) return undefined;
  const { drawn, rest } = bandsOf(turns);
  const breaks = events.filter((event) => event.kind !== 'launch' && event.kind !== 'model');
  const shown = thinTurns(
    turns.map((turn) => turn.contextTokens),
    breaks.flatMap((event) => [event.turn - 1, event.turn]),
    MOST_COLUMNS,
  );
  const exact = new Intl.NumberFormat(locale);
  const clock = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZone: input.timeZone,
  });
  const peak = turns.reduce((most, turn) => (turn.contextTokens > most.contextTokens ? turn : most));
  return {
    turns: turns.length,
    bands: [
      ...drawn.map((kind) => ({ kind, label: kindLabel(kind) })),
      ...(rest > 0 ? [{ kind: 'rest' as const, label: t('other ({0} kinds)', rest) }] : []),
    ],
    columns: shown.flatMap((i) => {
      const turn = turns[i];
      if (turn === undefined) return [];
      const byKind = new Map<string, number>(turn.kinds);
      const named = drawn.map((kind) => byKind.get(kind) ?? 0);
      const others = turn.contextTokens - named.reduce((sum, tokens) => sum + tokens, 0);
      const tokens = rest > 0 ? [...named, others] : named;
      return [
        {
          turn: turn.turn,
          when: clock.format(turn.atMs),
          tokens,
          labels: tokens.map((count) => exact.format(count)),
          total: turn.contextTokens,
          totalLabel: `${turn.isEstimated ? '≈' : ''}${exact.format(turn.contextTokens)}`,
        },
      ];
    }),
    marks: weightiest(events).map((event) => markOf(event, (atMs) => clock.format(atMs), locale)),
    yTicks: ticksUpTo(peak.contextTokens).map((value) => ({ value, label: compactTokens(value, locale) })),
    range: range && { ...range, label: rangeLabel(input, range) },
    text: sentence(input, peak),
  };
}

/** The kinds with most tokens over all turns; those that every prompt begins with first. */
function bandsOf(turns: readonly TurnUse[]): { drawn: Kind[]; rest: number } {
  const sums = new Map<string, number>();
  for (const { kinds } of turns) for (const [kind, tokens] of kinds) sums.set(kind, (sums.get(kind) ?? 0) + tokens);
  const all = [...sums].filter(([, tokens]) => tokens > 0).toSorted(([, a], [, b]) => b - a);
  const named = all.length <= NAMED_BANDS + 1 ? all : all.slice(0, NAMED_BANDS);
  const place = ([kind]: [string, number]): number => (BASE.includes(kind) ? BASE.indexOf(kind) : BASE.length);
  return {
    drawn: named.toSorted((a, b) => place(a) - place(b)).map(([kind]) => kind as Kind),
    rest: all.length - named.length,
  };
}

/** All events, or where there are too many those that change the context most. */
function weightiest(events: readonly TurnEvent[]): TurnEvent[] {
  const rank = { compaction: 0, clear: 0, rewind: 0, fork: 0, model: 1, pause: 2, launch: 3 } as const;
  const kept = events.toSorted((a, b) => rank[a.kind] - rank[b.kind]).slice(0, MOST_MARKS);
  return kept.toSorted((a, b) => a.turn - b.turn || a.atMs - b.atMs);
}

function markOf(event: TurnEvent, when: (atMs: number) => string, locale: string): TimelineMark {
  return {
    kind: event.kind,
    afterTurn: event.turn,
    label: markLabel(event, locale),
    when: when(event.atMs),
    ...(event.kind === 'launch' && event.thread !== undefined ? { thread: event.thread } : {}),
  };
}

function markLabel(event: TurnEvent, locale: string): string {
  const { tokensBefore, tokensAfter } = event;
  const fell =
    tokensBefore !== null && tokensAfter !== null
      ? `: ${compactTokens(tokensBefore, locale)} → ${compactTokens(tokensAfter, locale)}`
      : '';
  const name = event.label === null ? undefined : label(event.label, 40);
  switch (event.kind) {
    case 'compaction':
      return event.automatic === true ? t('Compacted by itself{0}', fell) : t('Compacted{0}', fell);
    case 'clear':
      return t('Cleared{0}', fell);
    case 'rewind':
      return t('Rewound{0}', fell);
    case 'fork':
      return t('Resumed or forked');
    case 'launch':
      return name === undefined ? t('Launched a subagent') : t('Launched {0}', name);
    case 'model':
      return name === undefined ? t('Model changed') : t('Model changed to {0}', name);
    case 'pause':
      return event.rewritten === undefined
        ? t('Cache expired')
        : t('Cache expired: {0} sent anew', compactTokens(event.rewritten, locale));
  }
}

/** `Turns 12–40 of 60 · Nov 18, 10:04 – 10:41` */
function rangeLabel({ turns, locale, timeZone }: TimelineInput, { from, to }: TurnRange): string {
  const number = (turn: number): string => exactNumber(turn, locale);
  const span = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).formatRange(turns[from - 1]?.atMs ?? 0, turns[to - 1]?.atMs ?? 0);
  return from === to
    ? t('Turn {0} of {1} · {2}', number(from), number(turns.length), span)
    : t('Turns {0}–{1} of {2} · {3}', number(from), number(to), number(turns.length), span);
}

function sentence({ turns, events, locale }: TimelineInput, peak: TurnUse): string {
  const tokens = (turn: TurnUse | undefined): string => compactTokens(turn?.contextTokens ?? 0, locale);
  const count = (kind: TurnEvent['kind']): number => events.filter((event) => event.kind === kind).length;
  const happened = [
    ...(count('compaction') > 0 ? [plural(count('compaction'), '{0} compaction', '{0} compactions', locale)] : []),
    ...(count('launch') > 0
      ? [plural(count('launch'), '{0} subagent launched', '{0} subagents launched', locale)]
      : []),
  ];
  const course =
    turns.length === 1
      ? t('Context of one turn: {0} tokens', tokens(turns[0]))
      : t(
          'Context over {0} turns: {1} tokens at first, at most {2} at turn {3}, {4} at last',
          exactNumber(turns.length, locale),
          tokens(turns[0]),
          tokens(peak),
          exactNumber(peak.turn, locale),
          tokens(turns.at(-1)),
        );
  return t('{0}.', listed([course, ...happened]));
}
