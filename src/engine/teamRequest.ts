import type { TeamLayout } from '../team/teamTeller.ts';

/** What can be done with a team's store before it is told anything. The address is a connection string. */
export interface TeamRequest {
  task: 'look' | 'setUp';
  url: string;
  /** Accept a server that cannot check who writes in whose name. */
  withoutRowSecurity?: boolean;
  locale?: string;
}

export interface TeamReport {
  /** Host and database. */
  place: string;
  /** `setUp` = it has no tables of this version yet: there are no accounts then. */
  state: 'ready' | 'setUp';
  /** How its tables are made: as functions and partitions, or as a journal, where the server lacks what these need. */
  layout?: TeamLayout;
  /** What may be done with which accounts. */
  accounts: { account: string; reads: boolean; writes: boolean }[];
}
