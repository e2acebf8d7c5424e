import type { AttributionView, Lens, TurnRange } from './attributionView.ts';
import type { DashboardView } from './dashboardView.ts';
import type { HealthView } from './healthView.ts';
import type { WindowName } from './usageReport.ts';

/** Host → page: always the whole picture, or why there is none. */
export type HostMessage =
  | { type: 'dashboard'; view: DashboardView }
  | { type: 'attribution'; view: AttributionView }
  | { type: 'health'; view: HealthView }
  | { type: 'problem'; text: string };

/** Page → host: a wish. Validated on the host; a page keeps no data of its own. */
export type PageMessage =
  | { type: 'ready' }
  | { type: 'window'; name: WindowName }
  | { type: 'lens'; lens: Lens }
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
  | { type: 'showAttribution' }
  | { type: 'showUsage' }
  | { type: 'showHealth' }
  | { type: 'showLog' };
