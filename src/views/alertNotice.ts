import type { Kind } from '../ledger/kind.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import type { TurnUse } from '../queries/threadUse.ts';
import type { AlertLevel, AlertNotice } from './alertState.ts';
import { kindLabel } from './bar.ts';
import { compactTokens, listed, percent, plural } from './format.ts';
import type { LimitFigure } from './limitFigures.ts';
import { limitName, usedText } from './limitText.ts';
import { forecastText } from './paceText.ts';
import { resetText } from './quota.ts';
import { sentences, t } from './text.ts';
import { untilCompaction } from './threadWindow.ts';

/** A notification about limits, ready to show. */
export interface AlertView {
  id: string;
  severity: 'info' | 'warning' | 'error';
  text: string;
  /** What snoozing and muting is about. */
  keys: string[];
  /** A limit is among them: `open` leads to the Limits page, else to what fills the context. */
  isAboutLimits: boolean;
}

/** What each subject of a notice is told from. */
export interface AlertMaterial {
  locale: string;
  timeZone: string;
  nowMs: number;
  figures: ReadonlyMap<string, LimitFigure>;
  stated: ReadonlyMap<string, { name: string; usedPercent: number; resetsAtMs: number | null; atMs: number }>;
  context?: {
    key: string;
    title: string;
    percent: number;
    tokens: number;
    windowTokens: number;
    thread: ThreadStateRow;
  };
  /** Of the session that is live. */
  cause?: GrowthCause;
  /** Where most of a limit went, when no session is live: `Claude Code in shop`. */
  mostUsed: ReadonlyMap<string, string>;
  /** Title of the advice that would save most. */
  advice?: string;
}

/** What made the context of a thread grow most in its last turns. */
export interface GrowthCause {
  kind: Kind;
  tokens: number;
  turns: number;
}

const CAUSE_TURNS = 3;
/** Less than that is nobody's fault. */
const LEAST_CAUSE_TOKENS = 1000;

/** Who added most to the context in the last turns, since it last shrank; `undefined` when it hardly grew. */
export function growthCause(turns: readonly TurnUse[]): GrowthCause | undefined {
  const last = turns.at(-1);
  if (!last) return undefined;
  let from = turns.length - 1;
  while (from > 0 && turns.length - 1 - from < CAUSE_TURNS) {
    if ((turns[from - 1] as TurnUse).contextTokens > (turns[from] as TurnUse).contextTokens) break;
    from--;
  }
  const before = new Map(turns[from]?.kinds);
  const grown = last.kinds
    .map(([kind, tokens]) => ({ kind: kind as Kind, tokens: tokens - (before.get(kind) ?? 0) }))
    .toSorted((a, b) => b.tokens - a.tokens)[0];
  const count = turns.length - 1 - from;
  return grown && count > 0 && grown.tokens >= LEAST_CAUSE_TOKENS ? { ...grown, turns: count } : undefined;
}

/** The notification of a notice; several at once are one. */
export function alertView(notice: AlertNotice, material: AlertMaterial): AlertView | undefined {
  const told = notice.items.flatMap((item) => {
    const subject = subjectOf(item.key, item.level, material);
    return subject ? [{ ...subject, key: item.key, level: item.level }] : [];
  });
  const [first] = told;
  if (!first) return undefined;
  const severest = Math.max(...told.map(({ level }) => level)) as AlertLevel;
  const text =
    told.length === 1
      ? [first.sentence, causeText(first.key, material), first.outlook, guidance(first, severest, material)]
      : [
          plural(
            told.length,
            '{0} limit needs a look: {1}.',
            '{0} limits need a look: {1}.',
            material.locale,
            listed(told.map(({ short }) => short)),
          ),
          causeText(undefined, material),
          guidance(undefined, severest, material),
        ];
  return {
    id: notice.id,
    severity: severest === 3 ? 'error' : severest === 2 ? 'warning' : 'info',
    text: sentences(...text),
    keys: told.map(({ key }) => key),
    isAboutLimits: told.some(({ isContext }) => !isContext),
  };
}

interface Told {
  sentence: string;
  short: string;
  outlook?: string;
  isContext: boolean;
}

function subjectOf(key: string, _level: AlertLevel, material: AlertMaterial): Told | undefined {
  const { locale, context } = material;
  const figure = material.figures.get(key);
  if (figure) {
    const name = limitName(figure);
    const share = percent(figure.percent / 100, locale);
    const used = usedText(figure.used, figure.amount, figure.unit, locale);
    const reset = figure.span ? resetText(figure.span.untilMs, material) : '';
    return {
      sentence: t('{0}: {1} used ({2}), resets {3}.', name, share, used, reset),
      short: `${name} ${share}`,
      outlook:
        figure.pace?.state === 'known' && figure.span
          ? forecastText(figure.pace, figure.span.untilMs, material)
          : undefined,
      isContext: false,
    };
  }
  const stated = material.stated.get(key);
  if (stated) {
    const share = percent(stated.usedPercent / 100, locale);
    const { resetsAtMs, name } = stated;
    return {
      sentence:
        resetsAtMs === null
          ? t('{0}: {1} used, as the agent states it.', name, share)
          : t('{0}: {1} used, as the agent states it; resets {2}.', name, share, resetText(resetsAtMs, material)),
      short: `${name} ${share}`,
      isContext: false,
    };
  }
  if (context?.key !== key) return undefined;
  const share = percent(context.percent / 100, locale);
  const tokens = compactTokens(context.tokens, locale);
  return {
    sentence: t(
      'The context window is {0} full: {1} of {2} tokens in “{3}”.',
      share,
      tokens,
      compactTokens(context.windowTokens, locale),
      context.title,
    ),
    short: t('context window {0}', share),
    isContext: true,
  };
}

/** `Bash output added 41k tokens in the last 3 turns.` */
function causeText(key: string | undefined, { cause, mostUsed, locale }: AlertMaterial): string | undefined {
  if (cause) {
    const added = compactTokens(cause.tokens, locale);
    const turns = cause.turns;
    return turns === 1
      ? t('{0} added {1} tokens in the last turn.', causeName(cause.kind), added)
      : t('{0} added {1} tokens in the last {2} turns.', causeName(cause.kind), added, turns);
  }
  const most = key === undefined ? undefined : mostUsed.get(key);
  return most === undefined ? undefined : t('Most of it went to {0}.', most);
}

function causeName(kind: Kind): string {
  switch (kind) {
    case 'user':
      return t('Your prompts');
    case 'model':
      return t('The model’s own replies');
    case 'system':
    case 'memory':
    case 'summary':
    case 'unattributed':
      return kindLabel(kind);
    default:
      return t('{0} output', kindLabel(kind));
  }
}

/** What to do about it. */
function guidance(only: Told | undefined, level: AlertLevel, material: AlertMaterial): string | undefined {
  if (only?.isContext) {
    const compaction = material.context && untilCompaction(material.context.thread, material.locale);
    const what =
      level === 3
        ? t('Compact now, or begin a new session, before the agent has to.')
        : t('A good moment to compact, or to begin a new session for the next task.');
    return sentences(compaction && t('{0}.', compaction), what);
  }
  if (level === 1) return undefined;
  if (material.advice !== undefined) return t('What would help most: {0}.', material.advice);
  return level === 3
    ? t('Finish what matters most; the rest can wait for the reset.')
    : t('Shorter sessions and smaller models make the rest last longer.');
}
