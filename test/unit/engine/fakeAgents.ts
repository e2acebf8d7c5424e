import { join } from 'node:path';
import type { DatabaseAgent, DocumentAgent, PlacedReading } from '../../../src/agents/agent.ts';

/** A reply in the documents and databases of these agents. */
export interface FakeReply {
  id: string;
  input: number;
  output: number;
  /** A kind of record that nobody knows. */
  odd?: boolean;
}

export const reply = (id: string, output = 10): FakeReply => ({ id, input: 100, output });
export const ODD: FakeReply = { id: 'odd', input: 0, output: 0, odd: true };

export const FAKE_AT_MS = Date.UTC(2026, 10, 1, 11);

function readingOf(sessionId: string, reply: FakeReply, offset: number): PlacedReading {
  if (reply.odd) return { events: [], offset, outcome: 'unknown', detail: 'odd' };
  if (!(reply.input >= 0)) return { events: [], offset, outcome: 'rejected', detail: 'negative' };
  const owner = { sessionId, thread: 'main' } as const;
  return {
    offset,
    outcome: 'read',
    events: [
      {
        ...owner,
        type: 'request',
        requestId: reply.id,
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        atMs: FAKE_AT_MS,
        usage: {
          input: reply.input,
          output: reply.output,
          cacheRead: 0,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          reasoning: 0,
        },
      },
    ],
  };
}

/** What the fake agents were asked to read, in order. */
export interface Asked {
  log: string[];
}

/**
 * An agent whose sessions are rewritten documents: `~/.fake/<session>/session.json`, a list of replies, with more of them in
 * `extra.json` beside it, in a database `more.db` and in the folder `parts`.
 */
export function documentAgent(asked: Asked): DocumentAgent {
  return {
    id: 'fake',
    label: 'Fake',
    form: 'document',
    roots: ({ home, configured = [] }) =>
      (configured.length > 0 ? [...configured] : [join(home, '.fake')]).map((path) => ({ path })),
    isTranscript: (path) => path.endsWith('/session.json'),
    companions: ({ path }) => ['extra.json', 'more.db', 'parts'].map((name) => join(path, '..', name)),
    read(file, disk) {
      asked.log.push(file.relativePath);
      const folder = join(file.path, '..');
      const sessionId = file.relativePath.split('/').at(-2) ?? '';
      const parts = disk.list(join(folder, 'parts')).map((name) => join(folder, 'parts', name));
      const replies: FakeReply[] = [];
      for (const path of [file.path, join(folder, 'extra.json'), ...parts]) {
        const bytes = disk.read(path);
        try {
          if (bytes) replies.push(...(JSON.parse(Buffer.from(bytes).toString('utf8')) as FakeReply[]));
        } catch {
          return undefined;
        }
      }
      const more = disk.database(join(folder, 'more.db'));
      if (more) replies.push(...more.all<FakeReply>('SELECT id, input, output FROM replies ORDER BY rowid'));
      return replies.map((reply, index) => readingOf(sessionId, reply, index));
    },
  };
}

/** An agent that keeps all sessions in `~/.fakedb/fake.db`. It has the id of the other one: an agent may have several forms. */
export function databaseAgent(asked: Asked): DatabaseAgent {
  return {
    id: 'fake',
    label: 'Fake',
    form: 'database',
    roots: ({ home, configured = [] }) =>
      (configured.length > 0 ? [...configured] : [join(home, '.fakedb')]).map((path) => ({ path })),
    isTranscript: (path) => path === 'fake.db',
    changes(database, seen) {
      asked.log.push(`changes ${JSON.stringify(seen)}`);
      const after = typeof seen === 'number' ? seen : 0;
      const rows = database.all<{ session: string; last: number }>(
        'SELECT session, max(rowid) AS last FROM replies WHERE rowid > :after GROUP BY session ORDER BY last DESC',
        { ':after': after },
      );
      return { sessions: rows.map(({ session }) => session), seen: rows[0]?.last ?? after };
    },
    readSession(database, sessionId) {
      asked.log.push(sessionId);
      return database
        .all<FakeReply & { place: number }>(
          'SELECT rowid AS place, id, input, output, odd FROM replies WHERE session = :session ORDER BY rowid',
          { ':session': sessionId },
        )
        .map((reply) => readingOf(sessionId, reply, reply.place));
    },
  };
}
