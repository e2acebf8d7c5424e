import { createHmac } from 'node:crypto';
import type { TeamSettings } from './teamSettings.ts';

/** What the team is told of who used something where. */
export interface TeamNames {
  user(login: string): string;
  /** @param folder of the session; `null` = its agent tells none */
  workspace(folder: string | null): string;
  /** An item, where it may be told: a file as from its session's folder, or from the home that it is in. */
  item(target: string, folder: string | null): string;
}

const MOST_CHARACTERS = 200;
const MOST_PATH_CHARACTERS = 1_000;
/** A home bears its user's name. */
const HOME = /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|[A-Za-z]:\\Users\\[^\\]+)(?=[/\\]|$)/;

/** Hashes are keyed, so that nobody finds a name by hashing likely ones; empty names stay empty. */
export function teamNames({
  userName,
  workspaces,
  hashNames,
  nameKey,
}: Omit<TeamSettings, 'url' | 'account' | 'items'>): TeamNames {
  const shown = (kind: string, name: string): string => {
    if (name === '') return '';
    if (hashNames) return `#${createHmac('sha256', nameKey).update(`${kind}:${name}`).digest('hex').slice(0, 16)}`;
    return clip(name);
  };
  return {
    item(target, folder) {
      const isBelow =
        folder !== null && folder !== '' && /^[/\\]/.test(target.slice(folder.length)) && target.startsWith(folder);
      const plain = isBelow ? target.slice(folder.length + 1) : target.replace(HOME, '~');
      return hashNames ? shown('item', plain) : clip(plain, MOST_PATH_CHARACTERS);
    },
    user: (login) => shown('user', userName || login),
    workspace(folder) {
      if (!folder || workspaces === 'none') return '';
      return shown('workspace', workspaces === 'path' ? folder : (folder.split(/[\\/]/).filter(Boolean).at(-1) ?? ''));
    },
  };
}

/** PostgreSQL takes no zero bytes, and the table takes only so much. */
export const clip = (name: string, most: number = MOST_CHARACTERS): string => {
  // Half a pair of UTF-16 is no text to PostgreSQL.
  const plain = Buffer.from(name.replaceAll('\0', '')).toString();
  return plain.length > most ? `${[...plain].slice(0, most - 1).join('')}…` : plain;
};
