import type { ContextWindow } from '../ledger/contextWindow.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { SessionKindRow } from '../queries/sessionUsage.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import { type Advice, savingText } from './advice.ts';
import { barView } from './bar.ts';
import { baseName, compactTokens, duration, exactNumber, label, percent, plural } from './format.ts';
import type { HoverView, MeterState, MeterView } from './meterView.ts';
import { type MeterQuota, type QuotaInput, quotas } from './quota.ts';
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
    text: '$(pulse) no transcripts',
    tone: 'normal',
    accessibleLabel: 'Agent Token Meter: no transcripts of coding agents yet',
    hover: {
      title: 'No transcripts yet',
      lines: [
        'Start a coding agent beside this editor and the meter comes alive.',
        `Looked for those of ${input.lookedFor.join(', ')}.`,
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
    text: `$(sync~spin) reading ${done}`,
    tone: 'normal',
    accessibleLabel: `Agent Token Meter: reading transcripts, ${done} done`,
    hover: { title: 'Reading transcripts', lines: [progressLine(progress, locale)], figures: [] },
  };
}

const progressLine = (progress: Progress, locale: string): string =>
  `Reading history: ${exactNumber(progress.filesDone, locale)} of ${plural(progress.filesTotal, '{0} file', '{0} files', locale)}, ${percent(progressShare(progress), locale)}.`;

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
    `${icon} ${(hasReplied(thread) ? fill : ['no reply yet']).join(' · ')}`,
    ...(state === 'compacted' ? ['compacted'] : []),
    ...(quota ? [`${quota.short} ${quota.percentLabel}`] : []),
  ].join(' · ');
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const spoken = [
    hasReplied(thread)
      ? `${agent}: context ${about ? 'about ' : ''}${percent(share, locale)} full, ${tokens} of ${compactTokens(window.tokens, locale)} tokens`
      : `${agent}: no reply yet`,
    ...(state === 'compacted' ? ['just compacted'] : state === 'idle' ? ['idle'] : []),
    ...(isElsewhere ? ['in another folder'] : []),
    ...(quota ? [`${quota.label} ${quota.percentLabel} used`] : []),
  ].join(', ');
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

/** Until the first reply nobody knows how large the system prompt is, which is most of the context then. */
export const hasReplied = (thread: ThreadStateRow): boolean => thread.peakTokens > 0;

export const NO_REPLY_YET = 'No reply yet: the first one tells how full the context window is.';

function stateOf(thread: ThreadStateRow, nowMs: number): MeterState {
  const sinceCompaction = thread.compactedAtMs === null ? Number.POSITIVE_INFINITY : nowMs - thread.compactedAtMs;
  if (thread.contextEstimated && sinceCompaction < JUST_COMPACTED_MS) return 'compacted';
  return nowMs - thread.lastAtMs < LIVE_MS ? 'live' : 'idle';
}

/** The budget if there is one, else the fullest quota of the session's agent. */
function quotaOf(input: MeterInput, agent: string): MeterQuota | undefined {
  return quotas(input).find((quota) => quota.agent === undefined || quota.agent === agent);
}

const ORDER: readonly Tone[] = ['normal', 'notice', 'warning', 'critical'];
const worse = (a: Tone, b: Tone): Tone => (ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b);

const SOURCES = {
  reported: 'Window size reported by the agent',
  observed: 'Window size observed: a request was larger than the usual window',
  settings: "Window size from the agent's settings",
  catalogue: 'Window size from the model catalogue',
  default: 'Window size assumed: the usual 200k, as nothing tells it',
} as const;

/** Where a window's size comes from, as a sentence. */
export const windowSourceText = (source: keyof typeof SOURCES): string => SOURCES[source];

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
  const lines = [
    [shown.agent, thread.model ? label(thread.model, 60) : undefined, folder].filter(Boolean).join(' · '),
    ...(isElsewhere ? [`Not in this workspace: the most recent session is in ${folder ?? 'another folder'}.`] : []),
    ...(hasReplied(thread) ? [] : [NO_REPLY_YET]),
    ...(shown.state === 'idle' ? [`Idle: last written ${age} ago.`] : []),
    ...(shown.state === 'compacted' ? ['Just compacted: the next request tells the exact size.'] : []),
    ...(input.progress ? [progressLine(input.progress, locale)] : []),
    ...(compaction ? [compaction] : []),
    ...(tip ? [`${tip.title}: ${savingText(tip, locale)}`] : []),
  ];
  const total = `${shown.about}${exactNumber(thread.contextTokens, locale)} of ${exactNumber(shown.window.tokens, locale)} tokens`;
  return {
    title: sessionTitle(session.title, session.workspace, shown.agent),
    lines,
    ...(hasReplied(thread)
      ? {
          context: {
            label: `${total} (${percent(shown.share, locale)})`,
            windowSource: windowSourceText(shown.window.source),
            bar: barView(windowKinds(thread), locale, HOVER_ROWS),
          },
        }
      : {}),
    figures: [
      { label: 'Today', value: `${compactTokens(input.todayTokens, locale)} tokens` },
      { label: 'This week', value: `${compactTokens(input.weekTokens, locale)} tokens` },
      ...stated
        .slice(0, 3)
        .map((quota) => ({ label: quota.label, value: quota.percentLabel, detail: quota.shortDetail })),
    ],
    sessionKey: session.key,
  };
}

/** The title that the agent recorded; without one the folder it works in. */
export function sessionTitle(title: string | null, workspace: string | null, agent: string): string {
  if (title) return label(title);
  return workspace ? `${agent} in ${label(baseName(workspace), 40)}` : `${agent} session`;
}
