import { inEnglish, type Told } from '../views/text.ts';

/** How this machine tells the team's store what was used. Absent = it tells nothing. */
export interface TeamSettings {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full`. A secret. */
  url: string;
  /** The account of sessions whose agent tells none; empty = they are not told. */
  account: string;
  /** By which name the team knows this user; empty = the login name. */
  userName: string;
  /** How much of a session's folder is told: its own name, its path, nothing. */
  workspaces: 'folder' | 'path' | 'none';
  /** Tell by name which files, programs, hosts, tools and subagents used how much; never unless the user says so. */
  items: boolean;
  /** Tell user and workspace names only as keyed hashes. */
  hashNames: boolean;
  /** Key of these hashes: who has the same key has the same hashes. A secret. */
  nameKey: string;
}

/** Something that the user can do something about: said as a sentence, without the secrets of the connection string. */
export class TeamError extends Error {
  /** `setup`: there are no tables yet, or older ones. `engine`: there cannot be any. */
  readonly kind:
    | 'address'
    | 'engine'
    | 'unreachable'
    | 'certificate'
    | 'login'
    | 'setup'
    | 'newer'
    | 'rights'
    | 'answer'
    | 'busy';
  /** The sentence, to be read in any language. */
  readonly told: Told;
  constructor(kind: TeamError['kind'], text: Told, cause?: unknown) {
    super(inEnglish(text), { cause });
    this.name = 'TeamError';
    this.kind = kind;
    this.told = text;
  }
}
