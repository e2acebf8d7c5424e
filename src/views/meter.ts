import type { ContextWindow } from '../ledger/contextWindow.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { SessionKindRow } from '../queries/sessionUsage.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import { type Advice, savingText } from './advice.ts';
import { barView } from './bar.ts';
import { baseName, compactTokens, duration, exactNumber, label, listed, percent, plural } from './format.ts';
import { quotas } from './limitQuotas.ts';
import type { HoverView, MeterState, MeterView } from './meterView.ts';
import { type MeterQuota, type QuotaInput, weekBegan } from './quota.ts';
import { t } from './text.ts';
import { threadWindow, untilCompaction } from './threadWindow.ts';
import { type Tone, toneOf } from './tone.ts';
import { usageByTool } from './usageByTool.ts';
import { windowKinds } from './windowKinds.ts';

/** A session whose newest record is younger than this is live. */
const LIVE_MS = 5 * 60_000;

/** For so long a compaction is news, if no request follows it. */
const JUST_COMPACTED_MS = 30 * 60_000;
/** Rows of the hover's legend: VS Code cuts a hover beyond 100,000 characters, and nobody reads so far. */
const HOVER_ROWS = 16;

/** What the meter is made from. */
export interface MeterInput extends QuotaInput {
  /** The session to show, with its main thread; `undefined` when there is none on this machine. */
  live?: {
    session: LiveSessionRow;
    thread: ThreadStateRow;
    kinds: SessionKindRow[];
    advice: Advice[];
    isElsewhere: boolean;
  };
  todayTokens: number;
  /** How far the first read is; `undefined` = done. */
  progress?: { filesDone: number; filesTotal: number; bytesDone: number; bytesTotal: number };
  /** The agents whose transcripts are looked for. */
  lookedFor: string[];
}

/** The status-bar meter and its hover. */
export function meterView(input: MeterInput): MeterView {
  if (!input.live) return input.progress ? indexingMeter(input.progress, input.locale) : emptyMeter(input);
  return sessionMeter(input, input.live);
}

function emptyMeter(input: MeterInput): MeterView {
  return {
    state: 'empty',
    text: `$(pulse) ${t('no transcripts')}`,
    tone: 'normal',
    accessibleLabel: t('Agent Token Meter: no transcripts of coding agents yet'),
    hover: {
      title: t('No transcripts yet'),
      lines: [
        t('Start a coding agent beside this editor and the meter comes alive.'),
        t('Looked for those of {0}.', listed(input.lookedFor)),
      ],
      figures: [],
    },
  };
}

type Progress = NonNullable<MeterInput['progress']>;

/** Share of the bytes, 0 to 1: files differ too much in size for their number to say how long it takes. */
const progressShare = (progress: Progress): number =>
  progress.bytesTotal > 0 ? Math.min(1, progress.bytesDone / progress.bytesTotal) : 0;

function indexingMeter(progress: Progress, locale: string): MeterView {
  const done = percent(progressShare(progress), locale);
  return {
    state: 'indexing',
    text: `$(sync~spin) ${t('reading {0}', done)}`,
    tone: 'normal',
    accessibleLabel: t('Agent Token Meter: reading transcripts, {0} done', done),
    hover: { title: t('Reading transcripts'), lines: [progressLine(progress, locale)], figures: [] },
  };
}

const progressLine = (progress: Progress, locale: string): string =>
  plural(
    progress.filesTotal,
    'Reading history: {1} of {0} file, {2}.',
    'Reading history: {1} of {0} files, {2}.',
    locale,
    exactNumber(progress.filesDone, locale),
    percent(progressShare(progress), locale),
  );

function sessionMeter(input: MeterInput, live: NonNullable<MeterInput['live']>): MeterView {
  const { session, thread, kinds, isElsewhere } = live;
  const { locale, nowMs } = input;
  const window = threadWindow(thread);
  const share = thread.contextTokens / window.tokens;
  const quota = quotaOf(input, session.agent);
  const state = stateOf(thread, nowMs);
  const tone = worse(toneOf(share * 100, input.thresholds), quota?.tone ?? 'normal');
  const about = thread.contextEstimated ? '≈' : '';
  const tokens = compactTokens(thread.contextTokens, locale);
  const icon = state === 'live' ? '$(pulse)' : state === 'compacted' ? '$(fold)' : '$(circle-outline)';
  const fill = [percent(share, locale), tokens].map((figure) => `${about}${figure}`);
  const text = [
    `${icon} ${(hasReplied(thread) ? fill : [t('no reply yet')]).join(' · ')}`,
    ...(state === 'compacted' ? [t('compacted')] : []),
    ...(quota ? [`${quota.short} ${quota.percentLabel}`] : []),
  ].join(' · ');
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const spoken = [
    hasReplied(thread)
      ? spokenFill(about !== '', agent, percent(share, locale), tokens, compactTokens(window.tokens, locale))
      : t('{0}: no reply yet', agent),
    ...(state === 'compacted' ? [t('just compacted')] : state === 'idle' ? [t('idle')] : []),
    ...(isElsewhere ? [t('in another folder')] : []),
    ...(quota ? [t('{0} {1} used', quota.label, quota.percentLabel)] : []),
  ].join(t(', '));
  return {
    state,
    text: isElsewhere ? `${text} $(link-external)` : text,
    tone,
    accessibleLabel: spoken,
    hover: sessionHover(input, live, { agent, about, share, window, state }),
    session: {
      key: session.key,
      agent: session.agent,
      session: session.sessionId,
      usageByTool: usageByTool(kinds),
    },
  };
}

/** How far a first read is, as a sentence. */
export const readingHistory = (
  { filesDone, filesTotal }: Pick<Progress, 'filesDone' | 'filesTotal'>,
  locale: string,
): string =>
  plural(
    filesTotal,
    'Reading history, newest first: {1} of {0} file.',
    'Reading history, newest first: {1} of {0} files.',
    locale,
    exactNumber(filesDone, locale),
  );

/** Until the first reply nobody knows how large the system prompt is, which is most of the context then. */
export const hasReplied = (thread: ThreadStateRow): boolean => thread.peakTokens > 0;

export const noReplyYet = (): string => t('No reply yet: the first one tells how full the context window is.');

/** Whether it was written to within the last minutes. What lies further ahead was written before the clock was set back. */
export const isLive = (thread: ThreadStateRow, nowMs: number): boolean => Math.abs(nowMs - thread.lastAtMs) < LIVE_MS;

/** Whether a session is written to, rests, or has just been compacted. */
export function stateOf(thread: ThreadStateRow, nowMs: number): 'live' | 'idle' | 'compacted' {
  const sinceCompaction = thread.compactedAtMs === null ? Number.POSITIVE_INFINITY : nowMs - thread.compactedAtMs;
  if (thread.contextEstimated && sinceCompaction < JUST_COMPACTED_MS) return 'compacted';
  return isLive(thread, nowMs) ? 'live' : 'idle';
}

/** The budget if there is one, else the fullest quota of the session's agent. */
function quotaOf(input: MeterInput, agent: string): MeterQuota | undefined {
  return quotas(input).find((quota) => quota.agent === undefined || quota.agent === agent);
}

const ORDER: readonly Tone[] = ['normal', 'notice', 'warning', 'critical'];
const worse = (a: Tone, b: Tone): Tone => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);

/** Where a window's size comes from, as a sentence. */
export function windowSourceText(source: ContextWindow['source']): string {
  switch (source) {
    case 'reported':
      return t('Window size reported by the agent');
    case 'observed':
      return t('Window size observed: a request was larger than the usual window');
    case 'settings':
      return t("Window size from the agent's settings");
    case 'catalogue':
      return t('Window size from the model catalogue');
    case 'default':
      return t('Window size assumed: the usual 200k, as nothing tells it');
  }
}

function sessionHover(
  input: MeterInput,
  { session, thread, advice, isElsewhere }: NonNullable<MeterInput['live']>,
  shown: { agent: string; about: string; share: number; window: ContextWindow; state: MeterState },
): HoverView {
  const { locale } = input;
  const stated = quotas(input).filter((quota) => quota.agent === undefined || quota.agent === session.agent);
  const [tip] = advice;
  const compaction = untilCompaction(thread, locale);
  const folder = session.workspace ? label(baseName(session.workspace), 40) : undefined;
  const age = duration(input.nowMs - thread.lastAtMs);
  const began = weekBegan(input.weekSinceMs, input);
  const lines = [
    [shown.agent, thread.model ? label(thread.model, 60) : undefined, folder].filter(Boolean).join(' · '),
    ...(isElsewhere
      ? [t('Not in this workspace: the most recent session is in {0}.', folder ?? t('another folder'))]
      : []),
    ...(hasReplied(thread) ? [] : [noReplyYet()]),
    ...(shown.state === 'idle' ? [t('Idle: last written {0} ago.', age)] : []),
    ...(shown.state === 'compacted' ? [t('Just compacted: the next request tells the exact size.')] : []),
    ...(input.progress ? [progressLine(input.progress, locale)] : []),
    ...(compaction ? [compaction] : []),
    ...(tip ? [t('{0}: {1}', tip.title, savingText(tip, locale))] : []),
  ];
  return {
    title: sessionTitle(session.title, session.workspace, shown.agent),
    lines,
    ...(hasReplied(thread)
      ? {
          context: {
            label: contextText(thread, shown.window, locale),
            windowSource: windowSourceText(shown.window.source),
            bar: barView(windowKinds(thread), locale, HOVER_ROWS),
          },
        }
      : {}),
    figures: [
      { label: t('Today'), value: t('{0} tokens', compactTokens(input.todayTokens, locale)) },
      {
        label: t('This week'),
        value: t('{0} tokens', compactTokens(input.weekTokens, locale)),
        ...(began ? { details: [began] } : {}),
      },
      ...stated.slice(0, 3).map(({ label, percentLabel, shortDetail, pace }) => ({
        label,
        value: percentLabel,
        details: pace === undefined ? [shortDetail] : [shortDetail, pace],
      })),
    ],
    sessionKey: session.key,
  };
}

/** The title that the agent recorded; without one the folder it works in. */
export function sessionTitle(title: string | null, workspace: string | null, agent: string): string {
  if (title) return label(title);
  return workspace ? t('{0} in {1}', agent, label(baseName(workspace), 40)) : t('{0} session', agent);
}

/** `≈82,113 of 200,000 tokens (41%)` */
export const contextText = (thread: ThreadStateRow, window: ContextWindow, locale: string): string =>
  t(
    '{0} of {1} tokens ({2})',
    `${thread.contextEstimated ? '≈' : ''}${exactNumber(thread.contextTokens, locale)}`,
    exactNumber(window.tokens, locale),
    percent(thread.contextTokens / window.tokens, locale),
  );

const spokenFill = (
  isAbout: boolean,
  ...figures: [agent: string, share: string, tokens: string, window: string]
): string =>
  isAbout
    ? t('{0}: context about {1} full, {2} of {3} tokens', ...figures)
    : t('{0}: context {1} full, {2} of {3} tokens', ...figures);
