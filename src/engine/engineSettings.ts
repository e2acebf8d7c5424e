import type { TeamSettings } from '../team/teamSettings.ts';
import type { OtlpSettings } from '../telemetry/otlpSettings.ts';
import type { CostShown } from '../views/costShown.ts';
import type { RawLimitSettings } from '../views/limitSettings.ts';
import type { Told } from '../views/text.ts';

/** The user's wishes that change figures. Machine-wide; sent by the window that leads. */
export interface EngineSettings {
  /** Folders by agent id that replace the default ones. */
  paths: Record<string, string[]>;
  /** Token budget of a week; `undefined` = none. */
  weeklyBudgetTokens?: number;
  /** Dollars to spend in a week at list price; `undefined` = none. */
  weeklyBudgetUsd?: number;
  /** Whether and how costs are shown, for who asks without saying so: agents; at list price without. */
  cost?: CostShown;
  /** Whether the public price list fills gaps; `undefined` = as it was. */
  openRouterPrices?: boolean;
  /** Agents that are not read. */
  disabledAgents: string[];
  /** Whom the team's store is told from this machine; absent = nobody. */
  team?: TeamSettings;
  /** Where metrics are exported to; absent = nowhere. */
  otlp?: OtlpSettings;
  /** Wished for, but the key ring does not give what they need: told nothing for now, and nothing of theirs is given up. */
  paused?: ('team' | 'otlp')[];
  /** Accounts, limits and resets as they stand in the settings. Where it is absent there is the budget alone. */
  limits?: RawLimitSettings;
  /** The loopback server that other programs ask; absent = off. */
  server?: ServerSettings;
}

/** How the loopback server is run by the engine that leads. */
export interface ServerSettings {
  port: number;
  /** What every request must bring. */
  token: string;
}

/** Whether other programs can ask, and where. `failed`: a sentence says why not, and what to do. */
export type ServerState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'listening'; address: string }
  | { state: 'failed'; message: string; told: Told };

/** What answers other programs for an engine. */
export interface EngineServer {
  /** Begins, ends or begins anew; the newest settings hold in the end. */
  configure(settings: ServerSettings | undefined): void;
  state(): ServerState;
  close(): Promise<void>;
}

export const NO_SETTINGS: EngineSettings = { paths: {}, disabledAgents: [] };
