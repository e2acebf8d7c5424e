/** Why a file cannot take the place of a store. */
export type BackupTrouble =
  | { kind: 'missing' | 'newer' | 'foreign' }
  /** With what SQLite or the system says. */
  | { kind: 'damaged' | 'unreadable'; detail: string };
