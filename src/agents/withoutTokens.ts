import { join } from 'node:path';
import type { LookupPlace, Root } from '../transcripts/root.ts';

/** An agent that leaves files on this machine from which its use of tokens cannot be known. It is named with the reason, and never guessed. */
export interface AgentWithoutTokens {
  id: string;
  label: string;
  /** Why its files do not tell, for people. */
  reason: string;
  /** Where its files are, to say that it is used here. Nothing in them is read. */
  roots(place: LookupPlace): Root[];
}

/** Every such agent. */
export const AGENTS_WITHOUT_TOKENS: readonly AgentWithoutTokens[] = [
  {
    id: 'cursor',
    label: 'Cursor',
    reason: 'its transcripts hold neither tokens nor times, and its database has held zeros since version 3',
    roots: (place) => [
      { path: join(place.home, '.cursor', 'projects') },
      { path: join(settingsFolder(place), 'Cursor', 'User', 'globalStorage') },
    ],
  },
  {
    id: 'kiro',
    label: 'Kiro',
    reason: 'it records credits, not tokens',
    roots: (place) => [
      { path: join(place.home, '.kiro', 'sessions') },
      { path: join(settingsFolder(place), 'Kiro', 'User', 'globalStorage', 'kiro.kiroagent') },
    ],
  },
  {
    id: 'aider',
    label: 'Aider',
    reason: 'its history, kept in each project, is prose with rounded figures such as 1.2k',
    roots: (place) => [{ path: join(place.home, '.aider') }],
  },
  {
    id: 'antigravity',
    label: 'Antigravity',
    reason: 'its conversations are encrypted',
    roots: (place) => [{ path: join(place.home, '.gemini', 'antigravity') }],
  },
];

/** Where programs keep their settings. */
function settingsFolder(place: LookupPlace): string {
  if (place.platform === 'darwin') return join(place.home, 'Library', 'Application Support');
  if (place.platform === 'win32') return place.env.APPDATA || join(place.home, 'AppData', 'Roaming');
  return place.env.XDG_CONFIG_HOME || join(place.home, '.config');
}
