import type { AttributionView, Lens, TurnRange } from './attributionView.ts';
import type { DashboardView, FilterChoice, FilterKey, Scope, TrendUnit } from './dashboardView.ts';
import type { HealthView } from './healthView.ts';
import type { AccountDraft, GeneralDraft, LimitsPageView } from './limitsView.ts';
import type { PageName } from './pageNames.ts';
import type { PriceFields, PricesView } from './pricesView.ts';
import type { ExportFormat, GridColumn, GridLimit, RequestGridView } from './requestGridView.ts';
import type { SidebarView } from './sidebarView.ts';
import type { WindowName } from './usageReport.ts';

/** Host → page: always the whole picture, or why there is none. */
export type HostMessage =
  | { type: 'dashboard'; view: DashboardView }
  | { type: 'attribution'; view: AttributionView }
  | { type: 'health'; view: HealthView }
  | { type: 'prices'; view: PricesView }
  | { type: 'sidebar'; view: SidebarView }
  | { type: 'requests'; view: RequestGridView }
  | { type: 'limits'; view: LimitsPageView }
  | { type: 'problem'; text: string }
  /** Why the picture rests on what is in memory only; `null` when it does not. */
  | { type: 'standing'; text: string | null };

/** Page → host: a wish. Validated on the host; a page keeps no data of its own. */
export type PageMessage =
  | { type: 'ready' }
  | { type: 'window'; name: WindowName }
  /** The day, week or month that holds a time. */
  | { type: 'goTo'; window: TrendUnit; atMs: number }
  /** The window before or after. */
  | { type: 'step'; direction: -1 | 1 }
  /** A part of the window, with a way back. */
  | { type: 'narrow'; sinceMs: number; untilMs: number }
  | { type: 'wider' }
  /** Days, both included: `2026-11-16`. */
  | { type: 'days'; from: string; to: string }
  | { type: 'compare'; on: boolean }
  /** Whose usage. */
  | { type: 'scope'; scope: Scope }
  | { type: 'trend'; unit: TrendUnit }
  /** Filters the page, or no longer when it does already. */
  | ({ type: 'filter' } & FilterChoice)
  /** One filter; all of them without. */
  | { type: 'clearFilter'; by?: FilterKey }
  | { type: 'lens'; lens: Lens }
  /** A price as it was typed. `replaces`: the one of the same model that it is to take the place of, by the moment from which that holds. */
  | { type: 'setPrice'; fields: PriceFields; replaces?: PriceChoice }
  | ({ type: 'removePrice' } & PriceChoice)
  | { type: 'importPrices' }
  | { type: 'exportPrices'; format: 'json' | 'csv' }
  | { type: 'fetchPrices' }
  /** An empty key follows the live session. */
  | { type: 'session'; key: string }
  | { type: 'thread'; key: string }
  /** Some turns of the shown thread; all of them without. */
  | { type: 'range'; range?: TurnRange }
  /** One of the files that the picture names. */
  | { type: 'openFile'; path: string }
  /** The text of one of the shown pieces of advice. */
  | { type: 'copyAdvice'; id: string }
  /** Not again in this session. */
  | { type: 'dismissAdvice'; id: string }
  /** Rows of the grid that come into sight, and the request at its upper edge. `isAtTop`: what is new is followed. */
  | { type: 'rows'; from: number; count: number; isAtTop: boolean; anchor?: { id: number; place: number } }
  /** By another column, or the other way round. */
  | { type: 'sort'; by: GridColumn }
  | { type: 'search'; text: string }
  | { type: 'limit'; limit: GridLimit; on: boolean }
  | { type: 'column'; column: GridColumn; on: boolean }
  /** What there is to filter by is folded out. */
  | { type: 'pickers'; on: boolean }
  /** The list as it is now, from its top. */
  | { type: 'latest' }
  /** Why one request is counted, and where it stands. */
  | { type: 'explain'; id: number }
  | { type: 'export'; format: ExportFormat }
  /** The requests of the window and the filters of this page. */
  | { type: 'showRequests' }
  /** What consumed the tokens of a session. */
  | { type: 'showSession'; key: string }
  /** Another page. */
  | { type: 'show'; page: PageName }
  /** Where costs are switched on. */
  | { type: 'openCostSettings' }
  /** A form of the Limits page: for an account of the setting (a new one without `index`), or for budget and week. */
  | { type: 'limitsForm'; open: 'account' | 'general' | 'none'; index?: number }
  | { type: 'saveAccount'; index: number | null; draft: AccountDraft }
  | { type: 'saveGeneral'; draft: GeneralDraft }
  | { type: 'removeAccount'; index: number }
  /** No alerts of a limit any more, or again. */
  | { type: 'muteLimit'; key: string; on: boolean }
  | { type: 'openLimitSettings' }
  | { type: 'showLog' };

/** One price of the user. */
export interface PriceChoice {
  provider: string;
  model: string;
  tier: string;
  fromMs: number;
}
