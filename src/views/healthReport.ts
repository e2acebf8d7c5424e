import type { NotUnderstoodRow } from '../queries/coverage.ts';
import type { AgentHealthRow, AgentVersionRow, StoreHealthRow, UnreadFileRow } from '../queries/health.ts';
import type { UnlistedUsageRow } from '../queries/unlisted.ts';
import { isoOrNull, unlistedTotals } from './usage.ts';
import type { UnlistedTotals } from './usageReport.ts';

/** An agent that this program knows, and where it is looked up. */
export interface AgentLookup {
  agent: string;
  /** The product's name. */
  label: string;
  folders: { path: string; exists: boolean }[];
  /** The user switched it off. */
  isDisabled: boolean;
  /** Why its files tell no tokens; absent where they do. */
  withoutTokens?: string;
}

/** The file that holds what was read; without a path it is kept in memory. */
export interface StorePlace {
  path?: string;
  /** What happened to the file, in sentences; absent when nothing did. */
  trouble?: string;
}

/** What the health of everything is told from. */
export interface HealthInput {
  lookups: readonly AgentLookup[];
  agents: readonly AgentHealthRow[];
  versions: readonly AgentVersionRow[];
  notUnderstood: readonly NotUnderstoodRow[];
  unread: readonly UnreadFileRow[];
  unlisted: readonly { agent: string; rows: UnlistedUsageRow[] }[];
  store: StoreHealthRow;
  storePlace: StorePlace;
}

/** Something in the records of one agent that was not understood. No content of a record is in it. */
export interface NotUnderstood {
  /** Of the agent; `null` where its records do not tell. */
  version: string | null;
  /** An unknown kind of record, an unknown field of a known one, or a record that cannot be used. */
  outcome: 'unknown' | 'field' | 'rejected';
  detail: string;
  records: number;
  /** One file where it stands. */
  example: string;
}

/** One agent: whether it was found, and how well its transcripts were understood. */
export interface AgentHealth {
  type: string;
  name: string;
  /** `counted`: transcripts were read; `not_found`: none is there; `disabled`: switched off; `no_token_data`: it leaves none. */
  state: 'counted' | 'not_found' | 'disabled' | 'no_token_data';
  /** Why it leaves no token data. */
  reason: string | null;
  looked_in: { path: string; exists: boolean }[];
  files: number;
  records: number;
  unknown_records: number;
  rejected_records: number;
  sessions: number;
  turns: number;
  estimated_turns: number;
  first_at: string | null;
  last_at: string | null;
  /** Most recently used first. */
  versions: { version: string; files: number }[];
  not_understood: NotUnderstood[];
  unreadable: { path: string; reason: string }[];
  /** Usage that it states only as a sum: in no total. */
  unlisted: UnlistedTotals[];
}

/** What was found, read and understood. */
export interface HealthReport {
  agents: AgentHealth[];
  store: {
    /** `null`: in memory. */
    path: string | null;
    trouble: string | null;
    size_bytes: number;
    requests: number;
    sessions: number;
    files: number;
    history_starts_at: string | null;
  };
}

/** The report, the agents with most turns first, those that were not found last. */
export function healthReport(input: HealthInput): HealthReport {
  const { store, storePlace } = input;
  return {
    agents: input.lookups
      .map((lookup) => agentReport(lookup, input))
      .toSorted((a, b) => RANK[a.state] - RANK[b.state] || b.turns - a.turns || (a.name < b.name ? -1 : 1)),
    store: {
      path: storePlace.path ?? null,
      trouble: storePlace.trouble ?? null,
      size_bytes: store.sizeBytes,
      requests: store.requests,
      sessions: store.sessions,
      files: store.files,
      history_starts_at: isoOrNull(store.firstAtMs),
    },
  };
}

const RANK: Record<AgentHealth['state'], number> = { counted: 0, no_token_data: 1, disabled: 2, not_found: 3 };

function agentReport(lookup: AgentLookup, input: HealthInput): AgentHealth {
  const of = <Row extends { agent: string }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => row.agent === lookup.agent);
  const [read] = of(input.agents);
  return {
    type: lookup.agent,
    name: lookup.label,
    state: stateOf(lookup, read),
    reason: lookup.withoutTokens ?? null,
    looked_in: lookup.folders,
    files: read?.files ?? 0,
    records: read?.records ?? 0,
    unknown_records: read?.unknownRecords ?? 0,
    rejected_records: read?.rejectedRecords ?? 0,
    sessions: read?.sessions ?? 0,
    turns: read?.turns ?? 0,
    estimated_turns: read?.estimatedTurns ?? 0,
    first_at: isoOrNull(read?.firstAtMs),
    last_at: isoOrNull(read?.lastAtMs),
    versions: of(input.versions).map(({ version, files }) => ({ version, files })),
    not_understood: of(input.notUnderstood).map(({ version, outcome, detail, records, examplePath }) => ({
      version,
      outcome,
      detail,
      records,
      example: examplePath,
    })),
    unreadable: of(input.unread).map(({ path, failure }) => ({ path, reason: failure })),
    unlisted: of(input.unlisted).flatMap(({ rows }) => rows.map(unlistedTotals)),
  };
}

function stateOf(lookup: AgentLookup, read: AgentHealthRow | undefined): AgentHealth['state'] {
  if (lookup.withoutTokens !== undefined)
    return lookup.folders.some((folder) => folder.exists) ? 'no_token_data' : 'not_found';
  if (lookup.isDisabled) return 'disabled';
  return read ? 'counted' : 'not_found';
}
