import type { Reader } from '../store/reader.ts';

/** What is stored of one agent. */
export interface AgentHealthRow {
  agent: string;
  /** Transcripts read, those that the agent deleted since included. */
  files: number;
  /** Of these, files that could not be read to their end. */
  failedFiles: number;
  records: number;
  unknownRecords: number;
  rejectedRecords: number;
  /** Sessions with requests. */
  sessions: number;
  turns: number;
  /** Turns whose output is estimated. */
  estimatedTurns: number;
  /** Time of the first and of the last record; `null` where no record tells. */
  firstAtMs: number | null;
  lastAtMs: number | null;
}

/** What was read of each agent of which a transcript was seen. */
export function agentHealth(reader: Reader): AgentHealthRow[] {
  return reader.all<AgentHealthRow>(
    `WITH read AS (
      SELECT agent, count(*) AS files, sum(failure IS NOT NULL) AS failedFiles, sum(records) AS records,
        sum(unknown_records) AS unknownRecords, sum(rejected_records) AS rejectedRecords
      FROM cursors GROUP BY agent
    ),
    counted AS (
      SELECT s.agent, count(DISTINCT u.session_id) AS sessions, sum(u.turns) AS turns, sum(u.estimated_turns) AS estimatedTurns
      FROM usage_slots u JOIN sessions s ON s.id = u.session_id GROUP BY s.agent
    ),
    lasted AS (SELECT agent, min(started_at_ms) AS firstAtMs, max(last_at_ms) AS lastAtMs FROM sessions GROUP BY agent)
    SELECT r.agent, r.files, r.failedFiles, r.records, r.unknownRecords, r.rejectedRecords, coalesce(c.sessions, 0) AS sessions,
      coalesce(c.turns, 0) AS turns, coalesce(c.estimatedTurns, 0) AS estimatedTurns, l.firstAtMs, l.lastAtMs
    FROM read r LEFT JOIN counted c ON c.agent = r.agent LEFT JOIN lasted l ON l.agent = r.agent
    ORDER BY coalesce(c.turns, 0) DESC, r.agent`,
  );
}

/** How many transcripts one version of an agent has written last. */
export interface AgentVersionRow {
  agent: string;
  version: string;
  files: number;
  /** When the newest of these files was written. */
  lastAtMs: number;
}

/** The versions whose records were seen, most recently used first. */
export function agentVersions(reader: Reader): AgentVersionRow[] {
  return reader.all<AgentVersionRow>(
    `SELECT agent, version, count(*) AS files, max(mtime_ms) AS lastAtMs FROM cursors
    WHERE version IS NOT NULL GROUP BY agent, version ORDER BY agent, max(mtime_ms) DESC, version DESC`,
  );
}

/** A file that could not be read to its end. */
export interface UnreadFileRow {
  agent: string;
  path: string;
  /** The system's error code, or a reason of ours. */
  failure: string;
}

/** The files that could not be read, by agent and path. */
export function unreadFiles(reader: Reader): UnreadFileRow[] {
  return reader.all<UnreadFileRow>(
    'SELECT agent, path, failure FROM cursors WHERE failure IS NOT NULL ORDER BY agent, path',
  );
}

/** The store itself. */
export interface StoreHealthRow {
  sizeBytes: number;
  requests: number;
  sessions: number;
  /** Transcripts read, those that the agents deleted since included. */
  files: number;
  /** Time of the first request; `null` without one. */
  firstAtMs: number | null;
}

/** How large the store is, and how far back it goes. */
export function storeHealth(reader: Reader): StoreHealthRow {
  const [row] = reader.all<StoreHealthRow>(
    `SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS sizeBytes,
      (SELECT coalesce(sum(turns), 0) FROM usage_slots) AS requests, (SELECT count(*) FROM sessions) AS sessions,
      (SELECT count(*) FROM cursors) AS files, (SELECT min(at_ms) FROM usage_logs) AS firstAtMs`,
  );
  if (!row) throw new Error('a row of single values is one row');
  return row;
}
