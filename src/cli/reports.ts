import path from 'node:path';
import { AGENT_IDS } from '../agents/allAgents.ts';
import type { UsageRequest } from '../engine/engineApi.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import { countOf, oneOf, usageQuestion } from '../engine/usageQuestion.ts';
import { limitsTable } from '../views/limitsReport.ts';
import { parseCursor } from '../views/provenance.ts';
import { tableWithCost } from '../views/tableCost.ts';
import {
  attributionTable,
  healthTable,
  itemsTable,
  requestsTable,
  sessionsTable,
  type TextTable,
  toCsv,
  toPlainText,
  usageTable,
} from '../views/textTable.ts';
import { BadArgument, type Options } from './arguments.ts';
import { homeOf, openEngine } from './openEngine.ts';
import { costOf } from './settingsFile.ts';

/** Which part of a list, or which session in which lens. */
interface Page {
  limit?: number;
  after?: string;
  session?: string;
  lens: 'window' | 'spent' | 'in-flight';
  kind?: string;
}

/** What an answer looks like in each format. */
interface Answer {
  json: unknown;
  table: TextTable;
}

/** The commands that ask one question of all transcripts. */
const REPORTS: Record<string, (engine: LocalEngine, request: UsageRequest, page: Page) => Promise<Answer>> = {
  async usage(engine, request, { session }) {
    const report = await engine.usage(await ofSession(engine, request, session));
    return { json: report, table: usageTable(report) };
  },
  async sessions(engine, request, { limit, session }) {
    const sessions = await engine.sessions({ ...(await ofSession(engine, request, session)), limit });
    return { json: sessions, table: sessionsTable(sessions) };
  },
  async attribution(engine, _request, { session, lens }) {
    const sessionKey = session === undefined ? undefined : await sessionKeyOf(engine, session);
    const report = await engine.attributionReport({ sessionKey });
    if (!report) return { json: null, table: { columns: ['kind', 'tokens'], rows: [] } };
    return { json: report, table: attributionTable(report, lens) };
  },
  async items(engine, request, { limit, kind, session }) {
    const items = (await engine.items({ ...(await ofSession(engine, request, session)), kind })).slice(0, limit);
    return { json: items, table: itemsTable(items) };
  },
  async limits(engine, request, { session }) {
    const report = await engine.limitsReport(await ofSession(engine, request, session));
    for (const problem of report.problems) process.stderr.write(`warning: ${problem}\n`);
    return { json: report, table: limitsTable(report) };
  },
  async health(engine) {
    const report = await engine.healthReport();
    return { json: report, table: healthTable(report) };
  },
  async requests(engine, request, { limit, after, session }) {
    const requests = await engine.requests({ ...(await ofSession(engine, request, session)), limit, after });
    return { json: requests, table: requestsTable(requests) };
  },
};

/** The same question of one session alone, where one is named. */
const ofSession = async (engine: LocalEngine, request: UsageRequest, id: string | undefined): Promise<UsageRequest> =>
  id === undefined ? request : { ...request, session: await sessionKeyOf(engine, id) };

/** The key of a session that is named by the agent's own id. */
async function sessionKeyOf(engine: LocalEngine, name: string): Promise<string> {
  const key = await engine.sessionNamed({ name });
  if (key === null) throw new BadArgument(`there is no session "${name}"`);
  return key;
}

function pageOf({ limit: value, after, session, latest, lens: asked, kind }: Options): Page {
  if (session !== undefined && latest) throw new BadArgument('--session and --latest exclude each other');
  const lens = oneOf('lens', asked, ['window', 'spent', 'in-flight']);
  if (after !== undefined && !parseCursor(after))
    throw new BadArgument(`--after is the cursor of a request listed before, not "${after}"`);
  if (value === undefined) return { after, session, lens, kind };
  return { limit: countOf('limit', value), after, session, lens, kind };
}

/** The window and the filters that are asked for. */
export function requestOf(options: Options): UsageRequest {
  const workspace = options.workspace ? path.resolve(options.workspace) : options.workspace;
  return usageQuestion({ ...options, workspace }, { agents: AGENT_IDS, nowMs: Date.now() });
}

export const isReport = (name: string): boolean => Object.hasOwn(REPORTS, name);

/** Reads all transcripts, then answers in the format that is asked for. */
export async function report(name: string, options: Options): Promise<void> {
  const ask = REPORTS[name];
  if (!ask) throw new BadArgument(`there is no command "${name}"`);
  const format = oneOf('format', options.format, ['json', 'table', 'csv']);
  const request = requestOf(options);
  const page = pageOf(options);
  const cost = costOf(options);

  const startedMs = performance.now();
  const engine = await openEngine(options);
  try {
    const openedMs = performance.now();
    await engine.sweep();
    const sweptMs = performance.now();
    const answer = await ask(engine, request, page);
    const table = tableWithCost(answer.table, cost);
    const text =
      format === 'json' ? JSON.stringify(answer.json, null, 2) : format === 'csv' ? toCsv(table) : toPlainText(table);
    process.stdout.write(`${text}\n`);
    if (engine.timing()?.files === 0)
      process.stderr.write(`No transcripts of any agent were found under ${homeOf(options)}.\n`);
    if (options.timing) {
      const ms = (from: number, to: number): number => Math.round((to - from) * 10) / 10;
      const phases = {
        open_ms: ms(startedMs, openedMs),
        sweep_ms: ms(openedMs, sweptMs),
        query_ms: ms(sweptMs, performance.now()),
        ...engine.timing(),
        peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
      };
      process.stderr.write(`${JSON.stringify(phases)}\n`);
    }
  } finally {
    await engine.dispose();
  }
}
