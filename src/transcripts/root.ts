/** Everything that decides where an agent's files are. Passed in, so that tests and the CLI choose it. */
export interface LookupPlace {
  /** The user's home folder, absolute. */
  home: string;
  /** Environment variables; empty when a home was chosen explicitly (overrides count only without one). */
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  /** Folders that the user set for this agent; they replace the defaults when not empty. */
  configured?: readonly string[];
}

/** A folder below which an agent keeps transcripts. */
export interface Root {
  /** Absolute path. */
  path: string;
  /** Who pays for what is below: the configuration folder; `undefined` for the default one. */
  account?: string;
  /** How many folders deep transcripts lie below it; 0 = only in it. Absent: as deep as folders go. */
  depth?: number;
}
