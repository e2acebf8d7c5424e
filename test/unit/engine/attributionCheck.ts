import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { MAIN_THREAD } from '../../../src/agents/event.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { itemHistory } from '../../../src/queries/itemHistory.ts';
import { sessionThreads } from '../../../src/queries/threads.ts';
import { threadUse } from '../../../src/queries/threadUse.ts';
import { usageByKind } from '../../../src/queries/usageByKind.ts';
import type { UsageWindow } from '../../../src/queries/usageWindow.ts';
import { openStore } from '../../../src/store/openStore.ts';
import type { Reader } from '../../../src/store/reader.ts';
import type { AttributionReport } from '../../../src/views/usageReport.ts';
import { inTempFolder } from '../store/sampleRows.ts';

/** What was found in one home. */
export interface AttributionCheck {
  /** What does not sum, in sentences; empty = all is well. */
  problems: string[];
  /** Agents whose sessions were looked at. */
  agents: Set<string>;
  /** By agent: tokens of sessions that made tool calls, and those of them without an owner. */
  spent: Map<string, { all: number; unattributed: number }>;
}

const TOTALS = ['input_tokens', 'output_tokens', 'cache_read', 'cache_creation', 'total_tokens'] as const;
const CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;
const ALL_TIME = { window: 'all', timeZone: 'Pacific/Auckland', nowMs: Date.UTC(2026, 10, 20) } as const;

const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

/**
 * Holds the attribution of all sessions in a home against itself: what fills the window sums to the context, each lens to the totals in each
 * class, items to their kinds, compositions to their prompts, and nothing is negative. Beside a home that was recorded with what the provider
 * counted (`ledger.jsonl`), the context of each session's last request is that of the ledger.
 */
export async function checkAttribution(home: string): Promise<AttributionCheck> {
  const check: AttributionCheck = { problems: [], agents: new Set(), spent: new Map() };
  await inTempFolder(async (folder) => {
    const storePath = path.join(folder, 'usage.db');
    const place = { home, env: {}, platform: 'linux' } as const;
    const engine = await createLocalEngine({ agents: ALL_AGENTS, place, storePath });
    const reports: AttributionReport[] = [];
    try {
      await engine.sweep();
      for (const { agent, session } of await engine.sessions(ALL_TIME)) {
        const report = await engine.attributionReport({ sessionKey: `${agent}:${session}`, nowMs: ALL_TIME.nowMs });
        if (report) reports.push(report);
        else check.problems.push(`${agent} ${session}: there is no report`);
      }
    } finally {
      await engine.dispose();
    }
    const { store } = await openStore({ path: storePath, nowMs: ALL_TIME.nowMs });
    try {
      for (const report of reports) checkReport(report, store, check);
      checkHistory(store, check);
      checkLedger(home, store, check);
    } finally {
      store.close();
    }
  });
  return check;
}

function checkReport(report: AttributionReport, reader: Reader, { problems, agents, spent }: AttributionCheck): void {
  agents.add(report.agent);
  const name = `${report.agent} ${report.session}`;
  const same = (what: string, actual: number, expected: number): void => {
    if (actual !== expected) problems.push(`${name}: ${what} is ${actual}, not ${expected}`);
  };
  same('what fills the window', sumOf(Object.values(report.in_window)), report.context.tokens);
  for (const [lens, kinds] of [['spent', report.spent] as const, ['in flight', report.in_flight] as const])
    for (const tokenClass of TOTALS) {
      const parts = Object.values(kinds).map((part) => part[tokenClass]);
      if (parts.some((part) => part < 0)) problems.push(`${name}: ${lens} has a negative share of ${tokenClass}`);
      same(`${lens}, ${tokenClass}`, sumOf(parts), report.totals[tokenClass]);
    }
  const threads = sessionThreads(reader, report.agent, report.session);
  for (const thread of threads) {
    const use = threadUse(reader, report.agent, report.session, thread.thread);
    same(
      `what fills the window of ${thread.thread}`,
      sumOf(use.items.map((item) => item.inWindow)),
      thread.contextTokens,
    );
    for (const tokenClass of CLASSES) {
      const parts = use.items.map((item) => item.spent[tokenClass]);
      if (parts.some((part) => part < 0)) problems.push(`${name}: an item has less than no ${tokenClass}`);
      const flown = sumOf(use.inFlight.map((kind) => kind.spent[tokenClass]));
      same(`${tokenClass} of the items of ${thread.thread}`, sumOf(parts), flown);
    }
    for (const turn of use.turns)
      same(`turn ${turn.turn} of ${thread.thread}`, sumOf(turn.kinds.map(([, tokens]) => tokens)), turn.contextTokens);
  }
  if (!report.items.some((item) => item.calls > 0)) return;
  const known = spent.get(report.agent) ?? { all: 0, unattributed: 0 };
  known.all += report.totals.total_tokens;
  known.unattributed += report.spent.unattributed?.total_tokens ?? 0;
  spent.set(report.agent, known);
}

/** Items sum to their kinds, in all time and in windows that cut sessions in two. */
function checkHistory(reader: Reader, check: AttributionCheck): void {
  const [middle] = reader.all<{ atMs: number }>(
    'SELECT at_ms AS atMs FROM usage_logs ORDER BY at_ms LIMIT 1 OFFSET (SELECT count(*) / 2 FROM usage_logs)',
  );
  for (const window of [{}, { sinceMs: middle?.atMs }, { untilMs: middle?.atMs }]) checkWindow(reader, window, check);
}

function checkWindow(reader: Reader, window: UsageWindow, { problems }: AttributionCheck): void {
  const items = itemHistory(reader, window);
  const kinds = usageByKind(reader, window);
  for (const kind of new Set([...items, ...kinds].map((row) => row.kind)))
    for (const tokenClass of CLASSES) {
      const ofItems = sumOf(items.filter((item) => item.kind === kind).map((item) => item.spent[tokenClass]));
      const ofKind = kinds.find((row) => row.kind === kind)?.[tokenClass] ?? 0;
      if (ofItems !== ofKind)
        problems.push(`history: ${tokenClass} of ${kind} is ${ofItems} by item, ${ofKind} in all`);
    }
}

interface LedgerLine {
  session?: string;
  kind?: string;
  agent?: string;
  status?: number;
  contextTokens?: number;
  usage?: { output: number };
}

/** The provider counted the same context in some call of each session as we do in its newest turn. */
function checkLedger(home: string, reader: Reader, { problems }: AttributionCheck): void {
  const ledger = path.join(path.dirname(home), 'ledger.jsonl');
  if (!existsSync(ledger)) return;
  const contexts = new Set(
    readFileSync(ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerLine)
      .map((line) => line.contextTokens),
  );
  const sessions = reader.all<{ agent: string; sessionId: string }>(
    'SELECT agent, session_key AS sessionId FROM sessions',
  );
  for (const { agent, sessionId } of sessions) {
    const last = threadUse(reader, agent, sessionId, MAIN_THREAD).turns.at(-1);
    if (last && !contexts.has(last.contextTokens))
      problems.push(
        `${agent} ${sessionId}: the last prompt has ${last.contextTokens} tokens, which the provider never counted`,
      );
  }
}

/** The homes below a folder: those called `home`, or the folder itself. */
export function homesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'home')
    .map((entry) => path.join(entry.parentPath, entry.name));
  return found.length > 0 ? found.toSorted() : [folder];
}
