import type * as vscode from 'vscode';
import type { DashboardRequest, Engine } from '../engine/engineApi.ts';
import type { DashboardView, ItemsView } from '../views/dashboardView.ts';
import { afterUsageWish, type ChosenUsage, parseChosenUsage } from './chosenUsage.ts';
import type { PageKind } from './page.ts';
import { presentation } from './presentation.ts';
import { thresholds, weekStart } from './settings.ts';

/** Key of the machine's memory. */
const CHOSEN = 'usage';
/** Items are counted anew no more often than this while nothing but the figures changes. */
const ITEMS_EVERY_MS = 10_000;

/** The Show Usage page, and what it was last asked to show. */
interface UsagePage extends Pick<PageKind, 'picture' | 'afterwards' | 'wish'> {
  chosen(): ChosenUsage;
}

/** What the Show Usage page shows. What was chosen is kept over restarts. */
export function usagePage(engine: Engine, { globalState }: Pick<vscode.ExtensionContext, 'globalState'>): UsagePage {
  let chosen = parseChosenUsage(globalState.get(CHOSEN));
  let shown: DashboardView | undefined;
  let items: { question: string; view: ItemsView; atMs: number } | undefined;

  const request = (): DashboardRequest => {
    const { wider, ...rest } = chosen;
    return { ...presentation(), ...rest, isNarrowed: wider !== undefined, thresholds: thresholds() };
  };
  /** The same question has the same window and filters, whatever the time. */
  const questionOf = ({ window, atMs, sinceMs, untilMs, filters, scope }: DashboardRequest): string =>
    JSON.stringify([window, atMs, sinceMs, untilMs, filters, scope]);

  return {
    chosen: () => chosen,
    async picture() {
      const asked = request();
      const view = await engine.dashboard(asked);
      shown = items?.question === questionOf(asked) ? { ...view, items: items.view } : view;
      return { type: 'dashboard', view: shown };
    },
    async afterwards() {
      const asked = request();
      const question = questionOf(asked);
      if (items?.question === question && asked.nowMs - items.atMs < ITEMS_EVERY_MS) return undefined;
      items = { question, view: await engine.dashboardItems(asked), atMs: asked.nowMs };
      if (!shown || questionOf(request()) !== question) return undefined;
      shown = { ...shown, items: items.view };
      return { type: 'dashboard', view: shown };
    },
    async wish(message) {
      if (message.type === 'muteLimit')
        await engine.alertWish({ type: 'mute', keys: [message.key], on: message.on, nowMs: presentation().nowMs });
      const next = afterUsageWish(chosen, message, shown?.span, { ...presentation(), weekStart: weekStart() });
      if (next === chosen) return;
      chosen = next;
      await globalState.update(CHOSEN, chosen);
    },
  };
}
