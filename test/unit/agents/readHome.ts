import type { Agent, DatabaseAgent, DocumentAgent, LineAgent, RecordReading } from '../../../src/agents/agent.ts';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { AgentEvent, RequestEvent, TokenUsage } from '../../../src/agents/event.ts';
import { lookAtDisk } from '../../../src/engine/disk.ts';
import { type FoundTranscript, findTranscripts } from '../../../src/transcripts/findTranscripts.ts';
import type { JsonValue } from '../../../src/transcripts/json.ts';
import { readRecords, recordBuffer } from '../../../src/transcripts/readRecords.ts';
import { homeWithDatabases, openDatabases } from './fixtureHome.ts';

/** How a test cuts the reading of lines up: after each batch the reader is thrown away and continued from its state. */
export interface Cuts {
  /** Bytes of one batch, per batch; absent reads each file at once. */
  batchBytes?: () => number;
  /** Size of the first read buffer. */
  bufferBytes?: number;
}

/** All that the agents make of a home folder. */
export interface HomeReading {
  files: number;
  records: number;
  events: AgentEvent[];
  unknown: Record<string, number>;
  rejected: Record<string, number>;
}

/** Runs agents over a home folder, files in a fixed order. Databases are made from the dumps in it. */
export function readHome(home: string, agents: readonly Agent[] = ALL_AGENTS, cuts: Cuts = {}): HomeReading {
  const reading: HomeReading = { files: 0, records: 0, events: [], unknown: {}, rejected: {} };
  for (const agent of agents) {
    for (const file of transcripts(home, agent)) {
      reading.files++;
      if (agent.form === 'lines') readLines(agent, file, reading, cuts);
      else if (agent.form === 'document') readDocument(agent, file, reading);
      else readDatabase(agent, file, reading);
    }
  }
  return reading;
}

/** The agent's transcripts below a home, sorted by path. */
export function transcripts(home: string, agent: Agent): FoundTranscript[] {
  return agent
    .roots({ home: homeWithDatabases(home), env: {}, platform: 'linux' })
    .flatMap((root) => [...findTranscripts(root, agent.isTranscript)].flatMap((directory) => directory.transcripts))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readLines(agent: LineAgent, file: FoundTranscript, reading: HomeReading, cuts: Cuts): void {
  const buffer = recordBuffer(cuts.bufferBytes);
  let state: JsonValue | undefined;
  let offset = 0;
  for (;;) {
    const reader = agent.open(file, state === undefined ? undefined : JSON.parse(JSON.stringify(state)));
    if (!reader) throw new Error(`no reader for ${file.relativePath}`);
    const progress = readRecords(
      file.path,
      { offset, ...(cuts.batchBytes ? { maxBytes: cuts.batchBytes() } : {}) },
      (record) => {
        reading.records++;
        note(reader.read(record), reading);
      },
      buffer,
    );
    state = reader.state();
    offset = progress.offset;
    if (progress.atEnd || progress.trouble) return;
  }
}

function readDocument(agent: DocumentAgent, file: FoundTranscript, reading: HomeReading): void {
  const look = lookAtDisk(openDatabases());
  const records = agent.read(file, look.disk);
  if (!records || look.trouble()) throw new Error(`${file.relativePath} cannot be read now: ${look.trouble()}`);
  for (const record of records) {
    reading.records++;
    note(record, reading);
  }
}

function readDatabase(agent: DatabaseAgent, file: FoundTranscript, reading: HomeReading): void {
  const { database, trouble } = openDatabases().open(file.path);
  if (!database) throw new Error(`${file.relativePath} cannot be opened: ${trouble}`);
  const changes = agent.changes(database, undefined);
  if (!changes) throw new Error(`${file.relativePath} cannot be read`);
  for (const sessionId of changes.sessions) {
    for (const record of agent.readSession(database, sessionId, file)) {
      reading.records++;
      note(record, reading);
    }
  }
  const again = agent.changes(database, JSON.parse(JSON.stringify(changes.seen)));
  // A session may be named again, for what was written in the moment of the last look, but not all of them.
  if (!again || (again.sessions.length > 1 && again.sessions.length === changes.sessions.length))
    throw new Error(`${agent.id} reads all ${again?.sessions.length} sessions again though nothing changed`);
  if (database.failure) throw new Error(`${file.relativePath} is damaged: ${database.failure}`);
}

function note(result: RecordReading, reading: HomeReading): void {
  for (const event of result.events) reading.events.push(event);
  if (result.outcome === 'read') return;
  const counts = result.outcome === 'unknown' ? reading.unknown : reading.rejected;
  counts[result.detail ?? ''] = (counts[result.detail ?? ''] ?? 0) + 1;
}

/** A request after de-duplication: the maximum of each class, the earliest time, the first session that is not a copy. */
export interface CountedRequest {
  first: RequestEvent;
  usage: TokenUsage;
  webSearches: number;
  /** No row of it was complete. */
  isPlaceholder: boolean;
}

/** De-duplicates requests as the ledger does, by id. */
export function countRequests(events: readonly AgentEvent[]): Map<string, CountedRequest> {
  const requests = new Map<string, CountedRequest>();
  for (const event of events) {
    if (event.type !== 'request') continue;
    const known = requests.get(event.requestId);
    if (!known) {
      requests.set(event.requestId, {
        first: event,
        usage: { ...event.usage },
        webSearches: event.webSearches ?? 0,
        isPlaceholder: event.outputIsPlaceholder === true,
      });
      continue;
    }
    for (const key of Object.keys(known.usage) as (keyof TokenUsage)[]) {
      known.usage[key] = Math.max(known.usage[key], event.usage[key]);
    }
    known.webSearches = Math.max(known.webSearches, event.webSearches ?? 0);
    const { model, provider } = [known.first, event].find((one) => one.model !== 'unknown') ?? event;
    if (known.first.isCopy && !event.isCopy) known.first = event;
    if (known.first.model === 'unknown') known.first = { ...known.first, model, provider };
    known.isPlaceholder &&= event.outputIsPlaceholder === true;
  }
  return requests;
}

/** Sums per token class. */
export function sumUsage(requests: Iterable<CountedRequest>): TokenUsage {
  const sum: TokenUsage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
  for (const { usage } of requests) for (const key of Object.keys(sum) as (keyof TokenUsage)[]) sum[key] += usage[key];
  return sum;
}
