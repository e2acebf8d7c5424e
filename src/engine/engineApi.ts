import type { OwnPrice } from '../ledger/priceBook.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import type { OwnPriceChange } from '../store/priceList.ts';
import type { AlertView } from '../views/alertNotice.ts';
import type { AttributionView, Lens, TurnRange } from '../views/attributionView.ts';
import type { CostOfPicture, CostShown } from '../views/costShown.ts';
import type { DashboardView, ItemsView, Scope, TrendUnit } from '../views/dashboardView.ts';
import type { HealthReport } from '../views/healthReport.ts';
import type { HealthView } from '../views/healthView.ts';
import type { LimitsReport } from '../views/limitsReport.ts';
import type { LimitsView } from '../views/limitsView.ts';
import type { MeterView } from '../views/meterView.ts';
import type { PriceReport } from '../views/priceReport.ts';
import type { PricesView } from '../views/pricesView.ts';
import type { ExportFormat, GridColumn, GridLimit, GridSort, RequestGridView } from '../views/requestGridView.ts';
import type { SidebarView } from '../views/sidebarView.ts';
import type { Told } from '../views/text.ts';
import type { Thresholds, Tone } from '../views/tone.ts';
import type {
  AgentModelReport,
  AttributionReport,
  LiveReport,
  RequestReport,
  SessionReport,
  UsageReport,
  WindowName,
} from '../views/usageReport.ts';
import type { CareReport, CareRequest } from './careRequest.ts';
import type { EngineSettings, ServerState } from './engineSettings.ts';
import type { TeamReport, TeamRequest } from './teamRequest.ts';

/** How figures are cut into days and written for one reader. Sent with each question, as windows may differ. */
export interface Presentation {
  /** BCP 47: `en`, `zh-cn`. */
  locale: string;
  /** IANA zone in which days begin. */
  timeZone: string;
  nowMs: number;
  /** Whether and how costs are shown; at list price without. */
  cost?: CostShown;
}

/** What the Limits page is asked to show. */
export interface LimitsRequest extends Presentation {
  /** Of the accounts, users and workspaces. */
  window: Exclude<WindowName, 'custom'>;
  thresholds: Thresholds;
}

/** A window asks whether there is something to tell. */
export interface AlertsRequest extends Presentation {
  thresholds: Thresholds;
  folders: string[];
  /** False while a debug session runs: then nothing is told, and nothing is lost. */
  canTell: boolean;
  /** The mildest tone of a limit that is told. */
  from: Exclude<Tone, 'normal'>;
  /** Whether is told that a limit will be met, and that a context window is nearly full. */
  forecast: boolean;
  contextWindow: boolean;
}

/** What a window, or its user, says of alerts. */
export type AlertWish =
  /** The window shows the notification now: from then on it is told. */
  | { type: 'shown'; id: string }
  /** No more for a while: in milliseconds, `null` until the reset. */
  | { type: 'snooze'; keys: string[]; forMs: number | null }
  | { type: 'mute'; keys: string[]; on: boolean };

export interface UsageRequest extends UsageFilters {
  window: WindowName;
  sinceMs?: number;
  untilMs?: number;
  timeZone: string;
  nowMs: number;
}

/** What the Show Usage page is asked to show. */
export interface DashboardRequest extends Presentation {
  window: WindowName;
  /** A time in the day, week or month that is shown; without it the one of now. */
  atMs?: number;
  /** Edges of a custom window. */
  sinceMs?: number;
  untilMs?: number;
  /** Whether the window was narrowed from another one, to which there is a way back. */
  isNarrowed?: boolean;
  /** Whether the window before is shown beside. */
  compare: boolean;
  /** Whose usage; that of this machine without. */
  scope?: Scope;
  trend: TrendUnit;
  filters: UsageFilters;
  thresholds: Thresholds;
}

/** What the Requests page is asked to show. */
export interface GridRequest extends Presentation {
  window: WindowName;
  atMs?: number;
  sinceMs?: number;
  untilMs?: number;
  isNarrowed?: boolean;
  filters: UsageFilters;
  /** Words that must stand in names of a request: its agent, model, session ... */
  search: string;
  limits: readonly GridLimit[];
  sort: GridSort;
  columns: readonly GridColumn[];
  /** Whether what there is to filter by is told too. */
  withPickers: boolean;
  /** The list that the reader looks at; a new one is made without it, and when it is a list of something else. */
  order?: string;
  /** The reader follows what is new: a list of before is made anew when something changed. */
  isFollowing: boolean;
  /** Rows that are looked at: the first, from 0, and how many. */
  from: number;
  count: number;
  /** The request at the reader's place, and that place: found again in a list that had to be made anew. */
  anchor?: { id: number; place: number };
}

/** Which requests of a list are written to a file, and how. */
export interface ExportRequest {
  /** The list, and the first of its places, from 0; fewer are written than `count` where that is more than one answer takes. */
  order: string;
  from: number;
  count: number;
  format: ExportFormat;
  cost?: CostShown;
  /** None were written to the file before. */
  isFirst: boolean;
}

/** A piece of a file. */
export interface ExportedRows {
  text: string;
  /** Places of the list that it is of; 0 = there are no more. Requests that the store lost are left out. */
  positions: number;
  requests: number;
}

/** How far the first read is. `done` when nothing is left. */
export interface IndexProgress {
  filesDone: number;
  filesTotal: number;
  bytesDone: number;
  bytesTotal: number;
  done: boolean;
}

/** Something the user should know; what happened, what was kept, what to do. */
export interface EngineTrouble {
  severity: 'warning' | 'error';
  /** In English, as the log has it. */
  message: string;
  /** The same for whoever is shown it, in any language; an error always has it. */
  told?: Told;
}

/**
 * The engine as everyone sees it: the editor through a worker's port, other windows through the socket, the CLI directly. Figures come
 * as views, ready to show.
 */
export interface EngineApi {
  meter(request: Presentation & { folders: string[]; thresholds: Thresholds }): Promise<MeterView>;
  /** The meter's session with quick figures, and the sessions that are at work. */
  sidebar(request: Presentation & { folders: string[]; thresholds: Thresholds }): Promise<SidebarView>;
  dashboard(request: DashboardRequest): Promise<DashboardView>;
  /** What each item was sent in the same window; takes longer. */
  dashboardItems(request: DashboardRequest): Promise<ItemsView>;
  attribution(
    request: Presentation & {
      thresholds: Thresholds;
      /** Without it, or when there is no such session: the live one in the folders, whatever thread and range are asked for. */
      sessionKey?: string;
      thread?: string;
      range?: TurnRange;
      lens: Lens;
      folders: string[];
    },
  ): Promise<AttributionView>;
  usage(request: UsageRequest): Promise<UsageReport>;
  /** What each agent used of each model, most tokens first. */
  models(request: UsageRequest): Promise<AgentModelReport[]>;
  sessions(request: UsageRequest & { limit?: number }): Promise<SessionReport[]>;
  /** What consumed the tokens of a session (`<agent id>:<session id>`), or of the most recently written one; `null` when there is none. */
  attributionReport(request: { sessionKey?: string; nowMs?: number }): Promise<AttributionReport | null>;
  /** Requests, newest first, with their provenance; the next page begins after the last one's `cursor`. */
  requests(request: UsageRequest & { limit?: number; after?: string }): Promise<RequestReport[]>;
  /** What goes on now: the session that was written to last in the folders, or anywhere; budget and quotas. */
  live(request: { folders: string[]; timeZone: string; nowMs: number }): Promise<LiveReport>;
  /** The key of the session that is named by its key or by the agent's own id; `null` when there is none. */
  sessionNamed(request: { name: string }): Promise<string | null>;
  /** How the costs of what is asked for are called, as the user wants costs shown. */
  costOf(request: UsageRequest): Promise<CostOfPicture>;
  /** Why figures are kept in memory only, in a sentence or two; `null` while there is a store. */
  standing(request: Pick<Presentation, 'locale'>): Promise<string | null>;
  /** Whether the machine's engine answers other programs. */
  server(): Promise<ServerState>;
  /** The Requests page: some rows of a list that stays as it was made until another is asked for. */
  requestGrid(request: GridRequest): Promise<RequestGridView>;
  /** Requests of such a list as text of a file, in its order; `null` when the engine knows the list no more. */
  exportedRequests(request: ExportRequest): Promise<ExportedRows | null>;
  /** One request by its number in the store; `null` when it is there no more. */
  requestById(request: { id: number }): Promise<RequestReport | null>;
  /** What was found, read and not understood. */
  health(request: Presentation): Promise<HealthView>;
  healthReport(): Promise<HealthReport>;
  /** The same as lines for a log. */
  healthLines(request: Pick<Presentation, 'locale'>): Promise<string[]>;
  /** What every model costs, and where that comes from. */
  prices(request: Presentation): Promise<PricesView>;
  /** The same as rows for other programs. */
  priceReport(request: Pick<Presentation, 'nowMs'>): Promise<PriceReport[]>;
  ownPrices(): Promise<OwnPrice[]>;
  /**
   * Sets and removes prices of the user, all or nothing; resolves when that is stored. History is priced by them afterwards: `onChanged`
   * tells of it. Rejects when one of them cannot be a price.
   */
  changePrices(request: OwnPriceChange & { nowMs: number }): Promise<void>;
  /**
   * Asks for the task of fetching the public price list. `true` for one window of the machine, when it is time to.
   *
   * @param request `isWished`: a person asks for it
   */
  claimPriceList(request: { nowMs: number; isWished: boolean }): Promise<boolean>;
  /** What came of that. `false` = it was no such list: the one of before stays. */
  takePriceList(answer: { fetchedAtMs: number; text: string } | { failure: string }): Promise<boolean>;
  limits(request: LimitsRequest): Promise<LimitsView>;
  limitsReport(request: UsageRequest): Promise<LimitsReport>;
  /** What is to be told now, to this window and no other; `null` = nothing. It is told once `alertWish` says that it is shown. */
  alerts(request: AlertsRequest): Promise<AlertView | null>;
  /** `false`: it is too late for it. */
  alertWish(request: AlertWish & { nowMs: number }): Promise<boolean>;
  /** Looks after the store. Rejects with what went wrong; nothing is lost then. */
  care(request: CareRequest): Promise<CareReport>;
  /** Looks for changes now; resolves when they are stored. The sweep is the truth, this only brings it forward. */
  sweep(): Promise<void>;
  /** Looks at a team's store, and makes its tables. Rejects with what went wrong, as a sentence without secrets. */
  team(request: TeamRequest): Promise<TeamReport>;
  configure(settings: EngineSettings): Promise<void>;
}

/** What the engine tells without being asked. Coalesced: the first at once, then at most four a second. */
export interface EngineEvents {
  /** Stored figures changed. */
  onChanged(listener: () => void): { dispose(): void };
  onProgress(listener: (progress: IndexProgress) => void): { dispose(): void };
  onTrouble(listener: (trouble: EngineTrouble) => void): { dispose(): void };
}

export type Engine = EngineApi & EngineEvents & { dispose(): Promise<void> };
