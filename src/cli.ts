import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../package.json';
import { AGENT_IDS, ALL_AGENTS } from './agents/allAgents.ts';
import { editorUserFolders } from './agents/editorFolders.ts';
import { answerTeam } from './engine/answerTeam.ts';
import { compileLate } from './engine/compileLate.ts';
import type { CareReport, CareRequest, UsageRequest } from './engine/engineApi.ts';
import { type LocalEngine, NO_SETTINGS } from './engine/localEngine.ts';
import { createOwnedEngine, ownStore, StoreInUseError, StoreUnusableError } from './engine/ownedEngine.ts';
import { BadPriceFile, PRICE_VERBS, pricesCommand } from './engine/pricesCommand.ts';
import { Unservable } from './engine/unservable.ts';
import { BadWord, countOf, oneOf, timeOf, usageQuestion } from './engine/usageQuestion.ts';
import { isCorrupt } from './store/connection.ts';
import { backupTrouble, restoreBackup } from './store/storeFiles.ts';
import { backupTroubleText } from './views/backupTrouble.ts';
import { COSTS_SHOWN, type CostShown } from './views/costShown.ts';
import { parseLimitSettings, type RawLimitSettings } from './views/limitSettings.ts';
import { limitsTable } from './views/limitsReport.ts';
import { parseCursor } from './views/provenance.ts';
import { tableWithCost } from './views/tableCost.ts';
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
} from './views/textTable.ts';

const HELP = `Usage of coding agents from the transcripts on this machine.

  cli.js usage     [--window day|week|month|all] [--since ISO] [--until ISO] [--agent ID]... [--workspace PATH]
                   [--subagent TYPE] [--provider ID] [--model NAME] [--session ID] [--account NAME] [--user NAME] [--used KIND [--item TARGET]]
                   --since and --until win over the edges of the window; --used: sessions in which this kind of tool owned tokens,
                   with --item those that carried this item of it
  cli.js sessions  [the same] [--limit N]
  cli.js attribution  [--session ID | --latest] [--lens window|spent|in-flight]
  cli.js items     [as usage] [--kind KIND]   what each file, program, host, MCP tool and subagent was sent and made to generate
  cli.js limits    [--settings FILE] [--budget TOKENS] [the options of usage]   what is used of each limit, where that leads, what agents state
                   of their quotas, and account, user and workspace of the window
  cli.js health    which agents were found, what was read of them, what was not understood
  cli.js requests  [the same] [--limit N] [--after CURSOR]   newest first, each with where it stands and why it is counted
  cli.js serve     [--port N] [--token-file FILE]   answer other programs of this machine over HTTP, until ended
  cli.js mcp       [--engine DIR]   answer an agent over its input and output, as a server of the Model Context Protocol; asks the
                   engine of a running editor (or the one whose storage is in DIR), else reads the transcripts itself
  cli.js prices list    what every model costs, and where that comes from
  cli.js prices set     --provider ID --model NAME --input USD --output USD [--cache-read USD] [--cache-write-5m USD] [--cache-write-1h USD]
                        [--web-searches USD] [--tier NAME] [--from DAY] --store FILE
                        a price of your own, per million tokens and per thousand searches; history is priced by it too
  cli.js prices remove  --provider ID --model NAME [--tier NAME] [--from DAY] --store FILE
  cli.js prices import FILE  --store FILE    your own prices from a file, JSON or CSV: all of them or none
  cli.js prices export       --store FILE    your own prices, as JSON or with --format csv
  cli.js team look | setup   whether the team's store in the variable ATM_TEAM_URL can be used, and which accounts; setup makes its tables,
                        which needs a role that may create schemas and roles
  cli.js store check    --store FILE         look for damage and wrong sums; exit code 1 when there are any
  cli.js store rebuild  --store FILE         read all transcripts that exist anew, after a backup; what deleted ones told stays,
                                             what "store forget" took out comes back
  cli.js store backup TO    --store FILE     copy the store into a new file
  cli.js store restore FROM --store FILE     put a backup in its place; what stood there is kept beside it
  cli.js store compact  --store FILE         give back the space of what was taken out
  cli.js store forget DAY   --store FILE     take out everything from before a day (2026-01-31, UTC); transcripts do not bring it back

  --home DIR     look for the agents' default folders under this home; their environment variables do not count then
  --store FILE   keep what was read in this file (default: in memory)
  --tz ZONE      IANA time zone in which days begin (default: this machine's)
  --settings FILE  JSON with the editor's settings accounts, usageReset, weeklyBudgetTokens, weeklyBudgetUsd, subscriptionCost, and cost,
                 by which tables and CSV show costs
  --reset DAY,HH:MM,ZONE   when weeks begin (default: monday,00:00,UTC)
  --format json|table|csv
  --timing       phases in ms and peak memory on stderr
`;

const OPTIONS = {
  window: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  agent: { type: 'string', multiple: true },
  workspace: { type: 'string' },
  subagent: { type: 'string' },
  provider: { type: 'string' },
  model: { type: 'string' },
  account: { type: 'string' },
  user: { type: 'string' },
  used: { type: 'string' },
  item: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  session: { type: 'string' },
  latest: { type: 'boolean', default: false },
  lens: { type: 'string', default: 'window' },
  kind: { type: 'string' },
  port: { type: 'string' },
  'token-file': { type: 'string' },
  tier: { type: 'string' },
  from: { type: 'string' },
  input: { type: 'string' },
  output: { type: 'string' },
  'cache-read': { type: 'string' },
  'cache-write-5m': { type: 'string' },
  'cache-write-1h': { type: 'string' },
  'web-searches': { type: 'string' },
  engine: { type: 'string' },
  home: { type: 'string' },
  store: { type: 'string' },
  tz: { type: 'string' },
  reset: { type: 'string' },
  settings: { type: 'string' },
  budget: { type: 'string' },
  format: { type: 'string', default: 'json' },
  timing: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The folder in which an editor keeps this extension's files. */
const EXTENSION_ID = 'agent-token-meter.agent-token-meter';

/** A mistake in the arguments: told on stderr, exit code 2. */
class BadArgument extends Error {}

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

const COMMANDS: Record<string, (engine: LocalEngine, request: UsageRequest, page: Page) => Promise<Answer>> = {
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
    const items = engine.items({ ...(await ofSession(engine, request, session)), kind }).slice(0, limit);
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

type Options = ReturnType<typeof parse>['values'];

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadArgument(error instanceof Error ? error.message : String(error));
  }
}

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

function requestOf(options: Options): UsageRequest {
  const workspace = options.workspace ? path.resolve(options.workspace) : options.workspace;
  return usageQuestion({ ...options, workspace }, { agents: AGENT_IDS, nowMs: Date.now() });
}

function dayOf(day: string | undefined): number | undefined {
  try {
    return timeOf('the day', day);
  } catch (error) {
    throw error instanceof BadWord ? new BadArgument(error.message) : error;
  }
}

/** Limits and resets: those of a file, and what the arguments say over them. */
function limitSettingsOf({ settings, reset, budget }: Options): RawLimitSettings {
  const raw: Record<string, unknown> = settings === undefined ? {} : settingsIn(settings);
  const limits: RawLimitSettings = {};
  for (const name of ['accounts', 'usageReset', 'weeklyBudgetTokens', 'weeklyBudgetUsd', 'subscriptionCost'] as const)
    limits[name] = raw[`agentTokenMeter.${name}`] ?? raw[name];
  if (budget !== undefined) limits.weeklyBudgetTokens = budget.trim() === '' ? budget : Number(budget);
  if (reset !== undefined) {
    const [day, time, zone, ...more] = reset.split(',');
    limits.usageReset = { day, time, zone };
    if (more.length > 0 || zone === undefined)
      throw new BadArgument(`--reset is like monday,09:00,Europe/Berlin, not "${reset}"`);
  }
  const [problem] = parseLimitSettings({ weeklyBudgetTokens: limits.weeklyBudgetTokens }).problems;
  if (budget !== undefined && problem) throw new BadArgument(`--budget is a number of tokens above 0, not "${budget}"`);
  const { problems } = parseLimitSettings({ usageReset: limits.usageReset });
  if (reset !== undefined && problems[0]) throw new BadArgument(`--reset "${reset}": ${problems[0].message}`);
  return limits;
}

/** How the tables of the command line show costs; JSON has all figures. */
function costOf({ settings }: Options): CostShown {
  const raw = settings === undefined ? {} : settingsIn(settings);
  const wanted = raw['agentTokenMeter.cost'] ?? raw.cost ?? 'list';
  const known = COSTS_SHOWN.find((each) => each === wanted);
  if (!known) throw new BadArgument(`cost is one of ${COSTS_SHOWN.join(', ')}, not ${JSON.stringify(wanted)}`);
  return known;
}

/** The object in a file of settings. */
function settingsIn(file: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path.resolve(file), 'utf8'));
  } catch (error) {
    throw new BadArgument(`--settings ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new BadArgument(`--settings ${file} holds no JSON object`);
  return found as Record<string, unknown>;
}

/** What looks after a store, by name; `restore` does not open it. */
const CARE: Record<string, (target: string | undefined) => CareRequest> = {
  check: () => ({ task: 'check' }),
  rebuild: () => ({ task: 'rebuild', all: true }),
  compact: () => ({ task: 'compact' }),
  backup: (to = '') => ({ task: 'backUp', to: path.resolve(to) }),
  forget: (day) => ({ task: 'forgetBefore', beforeMs: dayOf(day) ?? 0 }),
};

async function careOfStore([name = '', target, ...rest]: string[], options: Options): Promise<void> {
  const needsTarget = ['backup', 'restore', 'forget'].includes(name);
  const care = Object.hasOwn(CARE, name) ? CARE[name] : undefined;
  if (!care && name !== 'restore')
    throw new BadArgument(`store is followed by ${[...Object.keys(CARE), 'restore'].join(', ')}`);
  if (options.store === undefined) throw new BadArgument('--store FILE is missing');
  if (needsTarget !== (target !== undefined) || rest.length > 0)
    throw new BadArgument(
      needsTarget
        ? `store ${name} is followed by one ${name === 'forget' ? 'day' : 'file'}`
        : `"${target}" is one word too many`,
    );
  const report = care
    ? await caredFor(care(target), options)
    : await restored(path.resolve(target ?? ''), path.resolve(options.store));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (report.problems.length > 0) process.exitCode = 1;
}

async function caredFor(request: CareRequest, options: Options): Promise<CareReport> {
  const engine = await openEngine(options);
  try {
    return await engine.care(request);
  } finally {
    await engine.dispose();
  }
}

async function restored(backup: string, store: string): Promise<Pick<CareReport, 'problems' | 'keptAs'>> {
  const trouble = await backupTrouble(backup);
  if (trouble !== undefined) return { problems: [backupTroubleText(backup, trouble)] };
  const release = await ownStore(store);
  try {
    return { problems: [], keptAs: restoreBackup(backup, store, Date.now()) };
  } finally {
    release();
  }
}

/** Lists the prices of models, or changes the user's own. */
async function prices([verb = 'list', target, ...rest]: string[], options: Options): Promise<void> {
  const known = PRICE_VERBS.find((each) => each === verb);
  if (known === undefined) throw new BadArgument(`prices is followed by ${PRICE_VERBS.join(', ')}`);
  if (rest.length > 0 || (target !== undefined) !== (known === 'import'))
    throw new BadArgument(
      known === 'import' ? 'prices import is followed by one file' : `"${target}" is one word too many`,
    );
  if (known !== 'list' && options.store === undefined) throw new BadArgument('--store FILE is missing');
  const format = oneOf('format', options.format, ['json', 'table', 'csv']);
  const timeZone = requestOf({ ...options, provider: undefined, model: undefined }).timeZone;
  const file = target === undefined ? undefined : readFileSync(path.resolve(target), 'utf8');
  const engine = await openEngine(options);
  try {
    const text = await pricesCommand(engine, {
      verb: known,
      words: options,
      file,
      format,
      timeZone,
      nowMs: Date.now(),
    });
    process.stdout.write(`${text}\n`);
  } finally {
    await engine.dispose();
  }
}

/** Answers other programs until the process is told to end. */
async function serve(options: Options): Promise<void> {
  const port = options.port === undefined ? undefined : portOf(options.port);
  const { serveUntilEnded } = await import('./server/serveCommand.ts');
  const asked = { port, tokenFile: options['token-file'], env: process.env, version };
  await serveUntilEnded(() => openEngine(options, { watch: true }), asked);
}

/** Answers an agent over stdin and stdout until it closes them. */
async function answerAgents(options: Options): Promise<void> {
  const { serveMcp } = await import('./server/mcpServer.ts');
  await serveMcp({
    version,
    folder: process.cwd(),
    timeZone: usageQuestion({ tz: options.tz }, { nowMs: 0 }).timeZone,
    storageDirs: options.engine === undefined ? storageDirs(options) : [path.resolve(options.engine)],
    async otherwise() {
      const engine = await openEngine(options, { watch: true });
      await engine.sweep();
      return engine;
    },
  });
}

/** Where the editors of this user keep the store; nowhere when other transcripts or another store are meant. */
function storageDirs({ home, store }: Options): string[] {
  if (home !== undefined || store !== undefined) return [];
  const place = { home: homedir(), env: process.env, platform: process.platform };
  return editorUserFolders(place).map((folder) => path.join(folder, 'globalStorage', EXTENSION_ID));
}

function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new BadArgument(`--port is a number up to 65535, or 0 for any, not "${value}"`);
  return port;
}

/** Looks at the team's store, whose address is a secret and no argument: others see arguments. */
async function team([task, ...more]: string[]): Promise<void> {
  if ((task !== 'look' && task !== 'setup') || more.length > 0) throw new BadArgument('team look, or team setup');
  const url = process.env.ATM_TEAM_URL;
  if (!url) throw new BadArgument('the variable ATM_TEAM_URL holds no connection string');
  try {
    const report = await answerTeam({ task: task === 'setup' ? 'setUp' : 'look', url });
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** The engine of this run; its troubles are told on stderr. */
async function openEngine(options: Options, how: { watch?: boolean } = {}): Promise<LocalEngine> {
  const engine = await createOwnedEngine({
    ...how,
    agents: ALL_AGENTS,
    place: {
      home: path.resolve(options.home ?? homedir()),
      env: options.home === undefined ? process.env : {},
      platform: process.platform,
    },
    storePath: options.store === undefined ? undefined : path.resolve(options.store),
    settings: { ...NO_SETTINGS, limits: limitSettingsOf(options) },
  });
  engine.onTrouble(({ severity, message }) => process.stderr.write(`${severity}: ${message}\n`));
  return engine;
}

async function main(args: string[]): Promise<void> {
  const { values: options, positionals } = parse(args);
  const [name = '', ...rest] = positionals;
  if (options.help || name === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (options.store === '') throw new BadArgument('--store is the name of a file');
  if (name === 'store') return careOfStore(rest, options);
  if (name === 'prices') return prices(rest, options);
  if (name === 'team') return team(rest);
  if (name === 'serve' && rest.length === 0) return serve(options);
  if (name === 'mcp' && rest.length === 0) return answerAgents(options);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new BadArgument(name === '' ? 'a command is missing' : `there is no command "${name}"`);
  if (rest.length > 0) throw new BadArgument(`"${rest[0]}" is one word too many`);
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
    const answer = await command(engine, request, page);
    const table = tableWithCost(answer.table, cost);
    const text =
      format === 'json' ? JSON.stringify(answer.json, null, 2) : format === 'csv' ? toCsv(table) : toPlainText(table);
    process.stdout.write(`${text}\n`);
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

// Whoever reads our output may have read enough: `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** A store that turns out to be damaged is set aside when it is opened again. */
const again = (error: unknown): Promise<void> => {
  if (!isCorrupt(error)) throw error;
  return main(process.argv.slice(2));
};

/** A file that the arguments name and that cannot be read. */
const isMissingFile = (error: unknown): error is Error =>
  error instanceof Error &&
  ['ENOENT', 'EISDIR', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code)) &&
  process.argv[2] === 'prices';

compileLate();
main(process.argv.slice(2))
  .catch(again)
  .catch((error: unknown) => {
    if (error instanceof BadArgument || error instanceof BadWord) {
      process.stderr.write(`${error instanceof BadWord ? `--${error.message}` : error.message}\n\n${HELP}`);
      process.exitCode = 2;
      return;
    }
    if (
      error instanceof StoreUnusableError ||
      error instanceof Unservable ||
      error instanceof BadPriceFile ||
      isMissingFile(error)
    ) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
      return;
    }
    const isExpected = error instanceof StoreInUseError;
    process.stderr.write(`${error instanceof Error && !isExpected ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  });
