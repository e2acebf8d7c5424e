import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type {
  Database,
  DatabaseAgent,
  Disk,
  DocumentAgent,
  LineAgent,
  RecordReading,
} from '../../../src/agents/agent.ts';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { codexCompressed } from '../../../src/agents/codexCompressed.ts';
import { lookAtDisk } from '../../../src/engine/disk.ts';
import type { FoundTranscript } from '../../../src/transcripts/findTranscripts.ts';
import { openDatabases } from './fixtureHome.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
/** The small cases with every kind of record, for agents that have large ones too. */
const CASES: Record<string, string[]> = {
  'claude-code': ['blocks-and-targets', 'progress-rows', 'subagents-sidecar'],
  codex: ['repeated-counts', 'records-and-counts', 'forks-and-compaction'],
};
const ODD: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  1.5,
  2 ** 60,
  '',
  'x',
  '2999-01-01T00:00:00Z',
  [],
  [null],
  [[]],
  {},
  { type: {} },
  { type: 'text' },
];

/** What is spoiled and how: where among the candidates, the way down inside, the odd value. */
type Spoiling = [at: number, route: number[], odd: unknown];

const spoilings = fc.tuple(
  fc.nat(1_000_000),
  fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }),
  fc.constantFrom(...ODD),
);

/** Replaces one value somewhere inside by an odd one. `route` picks the way down. */
function spoil(value: unknown, route: readonly number[], odd: unknown): unknown {
  const [turn = 0, ...rest] = route;
  if (typeof value !== 'object' || value === null || route.length === 0) return odd;
  const keys = Object.keys(value);
  if (keys.length === 0) return odd;
  const key = keys[turn % keys.length] ?? '';
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string, unknown>)[key] = spoil((value as Record<string, unknown>)[key], rest, odd);
  return copy;
}

/** Spoils a JSON text, or one line of a text of JSON lines; cuts what is neither. */
function spoilText(text: string, [at, route, odd]: Spoiling): string {
  const spoiled = (json: string): string => JSON.stringify(spoil(JSON.parse(json), route, odd)) ?? '';
  try {
    return spoiled(text);
  } catch {
    const lines = text.split('\n');
    const index = at % lines.length;
    try {
      return lines.map((line, each) => (each === index ? spoiled(line) : line)).join('\n');
    } catch {
      return text.slice(0, at % (text.length + 1));
    }
  }
}

/** A database with one odd value in each answer; of a column with JSON text, inside it. */
function spoilDatabase(database: Database, [at, route, odd]: Spoiling): Database {
  return {
    all<Row>(sql: string, params?: Parameters<Database['all']>[1]): Row[] {
      const rows = database.all<Record<string, unknown>>(sql, params);
      const row = rows[at % rows.length];
      const columns = Object.keys(row ?? {});
      const column = columns[(route[0] ?? 0) % columns.length];
      if (!row || column === undefined) return rows as Row[];
      const value = row[column];
      // SQLite gives numbers, texts and nothing else.
      const plain = typeof odd === 'object' || odd === undefined ? null : typeof odd === 'boolean' ? 1 : odd;
      const isJson = typeof value === 'string' && /^[{[]/.test(value) && at % 2 === 0;
      row[column] = isJson ? spoilText(value, [at, route.slice(1), odd]) : plain;
      return rows as Row[];
    },
  };
}

function assertSane(reading: RecordReading): void {
  assert.ok(['read', 'unknown', 'rejected'].includes(reading.outcome));
  assert.equal(reading.detail === undefined, reading.outcome === 'read');
  for (const event of reading.events) {
    assert.equal(typeof event.sessionId, 'string');
    assert.equal(typeof event.thread, 'string');
    const numbers =
      event.type === 'request'
        ? [...Object.values(event.usage), event.atMs]
        : event.type === 'block'
          ? [event.chars]
          : [];
    for (const number of numbers) assert.ok(Number.isSafeInteger(number) && number >= 0);
    if (event.type === 'request') assert.ok(typeof event.model === 'string' && typeof event.requestId === 'string');
  }
}

function spoilLines(agent: LineAgent, files: readonly FoundTranscript[]): void {
  const lines = files.flatMap((file) =>
    readFileSync(file.path, 'utf8')
      .split('\n')
      .filter((line) => isJson(line)),
  );
  const reader = agent.open(files[0] as FoundTranscript);
  assert.ok(reader);
  fc.assert(
    fc.property(spoilings, ([at, route, odd]) => {
      const record = JSON.stringify(spoil(JSON.parse(lines[at % lines.length] ?? ''), route, odd)) ?? '';
      assertSane(reader.read({ bytes: Buffer.from(record), offset: 0 }));
      JSON.stringify(reader.state());
    }),
    { numRuns: 3000 },
  );
}

function spoilDocuments(agent: DocumentAgent, files: readonly FoundTranscript[]): void {
  const { disk } = lookAtDisk(openDatabases());
  fc.assert(
    fc.property(fc.nat(files.length - 1), spoilings, (which, spoiling) => {
      const file = files[which] as FoundTranscript;
      let reads = 0;
      const spoiled: Disk = {
        list: disk.list,
        read(path) {
          const bytes = disk.read(path);
          // One of the files that are read; which one, the spoiling says.
          if (!bytes || reads++ !== spoiling[0] % 4) return bytes;
          return Buffer.from(spoilText(Buffer.from(bytes).toString('utf8'), spoiling));
        },
        database(path) {
          const database = disk.database(path);
          return database && spoilDatabase(database, spoiling);
        },
      };
      for (const reading of agent.read(file, spoiled) ?? []) assertSane(reading);
    }),
    { numRuns: 500 },
  );
}

function spoilDatabases(agent: DatabaseAgent, files: readonly FoundTranscript[]): void {
  fc.assert(
    fc.property(fc.nat(files.length - 1), spoilings, (which, spoiling) => {
      const file = files[which] as FoundTranscript;
      const { database } = openDatabases().open(file.path);
      assert.ok(database);
      const spoiled = spoilDatabase(database, spoiling);
      agent.changes(spoiled, undefined);
      agent.changes(database, spoiling[2] === undefined ? undefined : JSON.parse(JSON.stringify(spoiling[2])));
      for (const sessionId of agent.changes(database, undefined)?.sessions.slice(0, 3) ?? []) {
        for (const reading of agent.readSession(spoiled, sessionId, file)) assertSane(reading);
      }
    }),
    { numRuns: 500 },
  );
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

describe('records of any shape', () => {
  for (const agent of ALL_AGENTS) {
    // Its records are those of the plain files.
    if (agent === codexCompressed) continue;
    it(`never make ${agent.label}'s reader of ${agent.form} throw or tell impossible numbers`, () => {
      const cases = CASES[agent.id] ?? readdirSync(join(FIXTURES, agent.id)).sort();
      const files = cases.flatMap((name) => transcripts(join(FIXTURES, agent.id, name, 'home'), agent));
      assert.ok(files.length > 0, 'a case per agent and form');
      if (agent.form === 'lines') spoilLines(agent, files);
      else if (agent.form === 'document') spoilDocuments(agent, files);
      else spoilDatabases(agent, files);
    }).timeout(30_000);
  }
});
