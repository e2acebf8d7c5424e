import type { Reader } from '../store/reader.ts';
import { filterParams } from './usageWindow.ts';

/** What the figures rest on. */
export interface CoverageRow {
  /** Transcripts read, those that the agent deleted since included. */
  files: number;
  records: number;
  unknownRecords: number;
  rejectedRecords: number;
  /** Files that could not be read to their end. */
  failedFiles: number;
  /** Time of the first and of the last request; `null` without one. */
  firstAtMs: number | null;
  lastAtMs: number | null;
}

/** How much was read, and how much of it was not understood. */
export function coverage(reader: Reader, agents?: readonly string[]): CoverageRow {
  const [row] = reader.all<CoverageRow>(
    `SELECT count(*) AS files, coalesce(sum(records), 0) AS records, coalesce(sum(unknown_records), 0) AS unknownRecords,
      coalesce(sum(rejected_records), 0) AS rejectedRecords, coalesce(sum(failure IS NOT NULL), 0) AS failedFiles,
      (SELECT min(at_ms) FROM usage_logs WHERE :agents IS NULL OR agent IN (SELECT value FROM json_each(:agents))) AS firstAtMs,
      (SELECT max(at_ms) FROM usage_logs WHERE :agents IS NULL OR agent IN (SELECT value FROM json_each(:agents))) AS lastAtMs
    FROM cursors
    WHERE :agents IS NULL OR agent IN (SELECT value FROM json_each(:agents))`,
    { ':agents': filterParams({ agents })[':agents'] ?? null },
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  return row;
}

/** How often something was not understood in one agent's records. */
export interface NotUnderstoodRow {
  agent: string;
  outcome: 'unknown' | 'rejected';
  /** The unknown kind, or why the record was rejected. */
  detail: string;
  records: number;
  /** One file where it stands. */
  examplePath: string;
}

/** What was not understood, by agent and detail; most records first. For the output channel. */
export function notUnderstood(reader: Reader): NotUnderstoodRow[] {
  return reader.all<NotUnderstoodRow>(
    `SELECT c.agent, d.outcome, d.detail, sum(d.records) AS records, min(c.path) AS examplePath
    FROM cursor_details d JOIN cursors c ON c.id = d.cursor_id
    GROUP BY c.agent, d.outcome, d.detail ORDER BY sum(d.records) DESC, c.agent, d.outcome, d.detail`,
  );
}
