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
      CASE WHEN :agents IS NULL THEN (SELECT min(at_ms) FROM requests) ELSE (
        SELECT min((SELECT min(r.at_ms) FROM requests r WHERE r.caller_id = c.id)) FROM callers c JOIN sessions s ON s.id = c.session_id
        WHERE s.agent IN (SELECT value FROM json_each(:agents))) END AS firstAtMs,
      CASE WHEN :agents IS NULL THEN (SELECT max(at_ms) FROM requests) ELSE (
        SELECT max((SELECT max(r.at_ms) FROM requests r WHERE r.caller_id = c.id)) FROM callers c JOIN sessions s ON s.id = c.session_id
        WHERE s.agent IN (SELECT value FROM json_each(:agents))) END AS lastAtMs
    FROM cursors
    WHERE :agents IS NULL OR agent IN (SELECT value FROM json_each(:agents))`,
    { ':agents': filterParams({ agents })[':agents'] ?? null },
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  return row;
}

/** Time of the first and of the last request; `null` without one. */
export type HistoryTimes = Pick<CoverageRow, 'firstAtMs' | 'lastAtMs'>;

export function historyTimes(reader: Reader): HistoryTimes {
  const [row] = reader.all<HistoryTimes>(
    'SELECT (SELECT min(at_ms) FROM requests) AS firstAtMs, (SELECT max(at_ms) FROM requests) AS lastAtMs',
  );
  return row ?? { firstAtMs: null, lastAtMs: null };
}

/** How often something was not understood in the records of one agent's version. */
export interface NotUnderstoodRow {
  agent: string;
  /** Of the agent; `null` where its records do not tell. */
  version: string | null;
  /** `field`: a field of a known record that is not known. */
  outcome: 'unknown' | 'rejected' | 'field';
  /** The unknown kind, why the record was rejected, or the field. */
  detail: string;
  records: number;
  /** One file where it stands. */
  examplePath: string;
}

/** What was not understood, by agent, version and detail; most records first. */
export function notUnderstood(reader: Reader): NotUnderstoodRow[] {
  return reader.all<NotUnderstoodRow>(
    `SELECT c.agent, c.version, d.outcome, d.detail, sum(d.records) AS records, min(c.path) AS examplePath
    FROM cursor_details d JOIN cursors c ON c.id = d.cursor_id
    GROUP BY c.agent, c.version, d.outcome, d.detail
    ORDER BY sum(d.records) DESC, c.agent, c.version, d.outcome, d.detail`,
  );
}
