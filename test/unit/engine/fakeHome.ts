import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Agent } from '../../../src/agents/agent.ts';
import { createLocalEngine, type LocalEngine, type LocalEngineOptions } from '../../../src/engine/localEngine.ts';
import type { Connection } from '../../../src/store/connection.ts';
import { loadSqlite } from '../../../src/store/sqlite.ts';
import { type Asked, databaseAgent, documentAgent, type FakeReply } from './fakeAgents.ts';
import { NOW_MS, place, ZONE } from './transcriptHome.ts';

/** A home folder of invented agents, one that writes documents and one with a database, for the tests of a suite. */
export function fakeHome() {
  let home: string;
  let asked: Asked;
  let agents: Agent[];
  const engines: LocalEngine[] = [];
  const writers: Connection[] = [];

  const start = async (options: Partial<LocalEngineOptions> = {}): Promise<LocalEngine> => {
    const engine = await createLocalEngine({ agents, place: place(home), ...options });
    engines.push(engine);
    return engine;
  };
  const end = async (): Promise<void> => {
    for (const engine of engines.splice(0)) await engine.dispose();
  };
  const inSession = (name: string, session = 's1'): string => {
    const folder = path.join(home, '.fake', session);
    mkdirSync(path.join(folder, 'parts'), { recursive: true });
    return path.join(folder, name);
  };
  const write = (name: string, replies: FakeReply[], session = 's1'): void =>
    writeFileSync(inSession(name, session), JSON.stringify(replies));
  /** A program that keeps a database open and commits into its write-ahead log. */
  const writer = async (file: string): Promise<Connection> => {
    mkdirSync(path.dirname(file), { recursive: true });
    const connection = (await loadSqlite()).open(file);
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
    connection.exec(
      'CREATE TABLE IF NOT EXISTS replies (session TEXT, id TEXT, input INTEGER, output INTEGER, odd INTEGER)',
    );
    writers.push(connection);
    return connection;
  };
  const put = (connection: Connection, session: string, { id, input, output, odd }: FakeReply): unknown =>
    connection.run('INSERT INTO replies VALUES (?, ?, ?, ?, ?)', [session, id, input, output, odd ? 1 : undefined]);
  const database = (): string => path.join(home, '.fakedb', 'fake.db');
  /** Turns, tokens, and what was made of the records. */
  const figures = async (engine: LocalEngine) => {
    const { totals, coverage } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
    return [totals.turns, totals.total_tokens, coverage.records, coverage.unknown_records, coverage.rejected_records];
  };
  const sweep = async (engine: LocalEngine): Promise<string[]> => {
    asked.log = [];
    await engine.sweep();
    return asked.log;
  };
  /** Resolves as soon as the figures are these. */
  const become = async (engine: LocalEngine, expected: number[]): Promise<void> => {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const subscription = engine.onChanged(() => {
          subscription.dispose();
          resolve();
        });
      });
      if (JSON.stringify(await figures(engine)) === JSON.stringify(expected)) return;
      await changed;
    }
  };

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'atm-forms-'));
    asked = { log: [] };
    agents = [documentAgent(asked), databaseAgent(asked)];
  });
  afterEach(async () => {
    await end();
    for (const connection of writers.splice(0)) connection.close();
    rmSync(home, { recursive: true, force: true });
  });

  return {
    /** The folder of the running test. */
    folder: (...names: string[]): string => path.join(home, ...names),
    agents: (): Agent[] => agents,
    start,
    end,
    inSession,
    write,
    writer,
    closeWriter: (): void => writers.pop()?.close(),
    put,
    database,
    figures,
    sweep,
    become,
  };
}
