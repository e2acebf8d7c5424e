import type { AccountPlaces } from '../views/accountOf.ts';
import type { AgentLookup, StorePlace } from '../views/healthReport.ts';
import type { LimitSettings } from '../views/limitSettings.ts';
import type { EngineApi, IndexProgress } from './engineApi.ts';
import type { EngineSettings } from './engineSettings.ts';

/** What answers need besides the store. */
export interface AnswerFacts {
  agentLabels: Record<string, string>;
  settings: EngineSettings;
  /** What of the settings is about limits. */
  limits: LimitSettings;
  places: AccountPlaces;
  /** Login name on this machine. */
  user: string;
  /** The agents whose transcripts are looked for, by name. */
  lookedFor: string[];
  /** Agents that are used here, but leave no tokens: their names, and why. */
  withoutTokens: { label: string; reason: string }[];
  /** Every agent that is known, and where it is looked up: asked of the disk each time. */
  lookups(): AgentLookup[];
  storePlace: StorePlace;
  /** While the first read is under way. */
  progress?: IndexProgress;
}

/** What the engine answers to a question, by its name. */
export type Answer<Question extends keyof EngineApi> = Awaited<ReturnType<EngineApi[Question]>>;

/** What comes with a question. */
export type Asked<Question extends keyof EngineApi> = Parameters<EngineApi[Question]>[0];
