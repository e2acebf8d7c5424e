import { contextWindow } from '../ledger/contextWindow.ts';
import { type Kind, mcpServer } from '../ledger/kind.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { ThreadItemRow, ThreadStateRow } from '../queries/threads.ts';
import type { AttributionRow, AttributionView, Lens } from './attributionView.ts';
import { barView, kindLabel } from './bar.ts';
import { baseName, compactTokens, duration, exactNumber, label, percent } from './format.ts';
import { type MeterInput, sessionTitle, windowSourceText } from './meter.ts';
import { type Thresholds, toneOf } from './tone.ts';

/** What the attribution panel is made from. */
export interface AttributionInput {
  locale: string;
  nowMs: number;
  lens: Lens;
  thresholds: Thresholds;
  agentLabels: Record<string, string>;
  /** The sessions to choose from, newest first. */
  sessions: LiveSessionRow[];
  /** The chosen session, its threads (main first) and the items of the chosen thread. */
  chosen?: { session: LiveSessionRow; threads: ThreadStateRow[]; thread: ThreadStateRow; items: ThreadItemRow[] };
  progress?: MeterInput['progress'];
  lookedFor: string[];
}

const LENSES: { lens: Lens; label: string; hint: string }[] = [
  { lens: 'window', label: 'In window', hint: 'What fills the context window now.' },
  {
    lens: 'spent',
    label: 'Spent',
    hint: 'What was sent and generated over all requests of this thread: a large result is paid for again with each request that carries it.',
  },
];

/** The panel "What consumed my tokens". */
export function attributionView(input: AttributionInput): AttributionView {
  const { locale, lens, chosen } = input;
  const lenses = LENSES.map((entry) => ({ ...entry, selected: entry.lens === lens }));
  const sessions = input.sessions.map((session) => ({
    key: session.key,
    label: sessionLabel(session, input),
    selected: session.key === chosen?.session.key,
  }));
  if (!chosen) return { ...nothingYet(input), lenses, sessions };
  const { session, thread, items } = chosen;
  const window = contextWindow({
    windowTokens: thread.windowTokens ?? undefined,
    windowSource: thread.windowSource ?? undefined,
    peakTokens: thread.peakTokens,
    model: thread.model ?? undefined,
  });
  const share = thread.contextTokens / window.tokens;
  const about = thread.contextEstimated ? '≈' : '';
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const tokensOf = (item: ThreadItemRow): number => (lens === 'window' ? item.inWindow : item.spent);
  const total = `${about}${exactNumber(thread.contextTokens, locale)} of ${exactNumber(window.tokens, locale)} tokens`;
  return {
    state: 'ready',
    sessions,
    threads: chosen.threads.map((row) => ({
      key: row.thread,
      label: row.thread === 'main' ? 'Main thread' : `${label(row.agentName, 40)} (${label(row.thread, 12)})`,
      selected: row.thread === thread.thread,
    })),
    title: sessionTitle(session.title, session.workspace, agent),
    subtitle: [agent, thread.model ? label(thread.model, 60) : undefined, session.workspace ?? undefined]
      .filter((part) => part !== undefined)
      .map((part) => label(part, 120))
      .join(' · '),
    lenses,
    context: {
      label: `${total} (${percent(share, locale)})`,
      percent: share * 100,
      tone: toneOf(share * 100, input.thresholds),
      windowSource: windowSourceText(window.source),
    },
    bar: barView(
      items.map((item) => ({ kind: item.kind as Kind, tokens: tokensOf(item) })),
      locale,
    ),
    rows: rows(items, tokensOf, locale),
  };
}

function nothingYet(input: AttributionInput): Omit<AttributionView, 'lenses' | 'sessions'> {
  const { progress, locale } = input;
  return {
    state: progress ? 'indexing' : 'empty',
    notice: progress
      ? `Reading history, newest first: ${exactNumber(progress.filesDone, locale)} of ${exactNumber(progress.filesTotal, locale)} files.`
      : `No transcripts of coding agents yet. Looked for those of ${input.lookedFor.join(', ')}.`,
    threads: [],
    title: '',
    subtitle: '',
    context: { label: '', percent: undefined, tone: 'normal', windowSource: '' },
    bar: barView([], locale),
    rows: [],
  };
}

function sessionLabel(session: LiveSessionRow, input: AttributionInput): string {
  const agent = input.agentLabels[session.agent] ?? session.agent;
  const title = sessionTitle(session.title, session.workspace, agent);
  const where = session.title && session.workspace ? [label(baseName(session.workspace), 40)] : [];
  return [title, ...where, `${duration(input.nowMs - session.lastAtMs)} ago`].join(' · ');
}

/** Kinds by descending tokens, each with its items below where it has any by name. */
function rows(items: ThreadItemRow[], tokensOf: (item: ThreadItemRow) => number, locale: string): AttributionRow[] {
  const all = items.reduce((sum, item) => sum + tokensOf(item), 0);
  const row = (level: 0 | 1, key: string, kind: Kind, name: string, parts: ThreadItemRow[]): AttributionRow => {
    const sum = (pick: (item: ThreadItemRow) => number): number => parts.reduce((total, item) => total + pick(item), 0);
    const calls = sum((item) => item.calls);
    return {
      key,
      level,
      kind,
      label: name,
      calls: calls > 0 ? exactNumber(calls, locale) : '',
      inWindow: compactTokens(
        sum((item) => item.inWindow),
        locale,
      ),
      spent: compactTokens(
        sum((item) => item.spent),
        locale,
      ),
      share: all > 0 ? sum(tokensOf) / all : 0,
      shareLabel: percent(all > 0 ? sum(tokensOf) / all : 0, locale),
    };
  };
  const kinds = [...new Set(items.map((item) => item.kind))].map((kind) => items.filter((item) => item.kind === kind));
  const weight = (parts: ThreadItemRow[]): number => parts.reduce((sum, item) => sum + tokensOf(item), 0);
  return kinds
    .filter((parts) => parts.some((item) => item.inWindow + item.spent + item.calls > 0))
    .toSorted((a, b) => weight(b) - weight(a))
    .flatMap((parts) => {
      const kind = (parts[0]?.kind ?? 'other') as Kind;
      const named = parts.filter((item) => item.target !== '').toSorted((a, b) => tokensOf(b) - tokensOf(a));
      const below = named.map((item) => ({
        ...row(1, `${kind}\n${item.target}`, kind, itemLabel(kind, item.target), [item]),
        target: label(item.target, 400),
      }));
      return [row(0, kind, kind, kindLabel(kind), parts), ...below];
    });
}

/** A file is known by its last two parts, anything else by its name. */
function itemLabel(kind: Kind, target: string): string {
  const isPath = mcpServer(kind) === undefined && /[/\\]/.test(target);
  if (!isPath) return label(target, 60);
  const parts = target.split(/[/\\]/).filter((part) => part !== '');
  return label(parts.slice(-2).join('/'), 60);
}
