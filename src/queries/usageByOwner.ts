import type { Reader } from '../store/reader.ts';
import { OF_SESSION, SUMS, TOKENS, USED, type UsageSums, type UsageWindow, windowParams } from './usageWindow.ts';

export interface UsageByModelRow extends UsageSums {
  model: string;
}

/** Which models were used; most tokens first. */
export function usageByModel(reader: Reader, window: UsageWindow): UsageByModelRow[] {
  return reader.all<UsageByModelRow>(
    `${USED}
    SELECT u.model AS model, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id WHERE ${OF_SESSION}
    GROUP BY u.model ORDER BY ${TOKENS} DESC, u.model`,
    windowParams(window),
  );
}

export interface UsageByProviderRow extends UsageSums {
  provider: string;
}

/** Whose models were used; most tokens first. */
export function usageByProvider(reader: Reader, window: UsageWindow): UsageByProviderRow[] {
  return reader.all<UsageByProviderRow>(
    `${USED}
    SELECT u.provider AS provider, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id WHERE ${OF_SESSION}
    GROUP BY u.provider ORDER BY ${TOKENS} DESC, u.provider`,
    windowParams(window),
  );
}

export interface UsageByWorkspaceRow extends UsageSums {
  /** Empty where the agent does not tell. */
  workspace: string;
}

/** In which folders; most tokens first. */
export function usageByWorkspace(reader: Reader, window: UsageWindow): UsageByWorkspaceRow[] {
  return reader.all<UsageByWorkspaceRow>(
    `${USED}
    SELECT coalesce(s.workspace, '') AS workspace, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id WHERE ${OF_SESSION}
    GROUP BY coalesce(s.workspace, '') ORDER BY ${TOKENS} DESC, 1`,
    windowParams(window),
  );
}

export interface UsageByAccountRow extends UsageSums {
  /** Empty where the agent does not tell. */
  account: string;
}

/** On whose account; most tokens first. */
export function usageByAccount(reader: Reader, window: UsageWindow): UsageByAccountRow[] {
  return reader.all<UsageByAccountRow>(
    `${USED}
    SELECT coalesce(s.account, '') AS account, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id WHERE ${OF_SESSION}
    GROUP BY coalesce(s.account, '') ORDER BY ${TOKENS} DESC, 1`,
    windowParams(window),
  );
}

export interface UsageByUserRow extends UsageSums {
  /** Login name on this machine. */
  user: string;
}

/** By which user of the machine; most tokens first. */
export function usageByUser(reader: Reader, window: UsageWindow): UsageByUserRow[] {
  return reader.all<UsageByUserRow>(
    `${USED}
    SELECT s.user AS user, ${SUMS}
    FROM used u JOIN sessions s ON s.id = u.session_id WHERE ${OF_SESSION}
    GROUP BY s.user ORDER BY ${TOKENS} DESC, s.user`,
    windowParams(window),
  );
}
