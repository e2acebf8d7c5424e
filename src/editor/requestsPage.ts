import type * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { PageMessage } from '../views/protocol.ts';
import type { RequestGridView } from '../views/requestGridView.ts';
import { afterGridWish, FIRST_PLACE, type GridPlace, gridQuestion, parseChosenRequests } from './chosenRequests.ts';
import type { ChosenUsage } from './chosenUsage.ts';
import { exportRequests } from './exportRequests.ts';
import type { PageKind } from './page.ts';
import { presentation } from './presentation.ts';
import { explainRequest } from './provenancePicker.ts';

/** Key of the machine's memory. */
const CHOSEN = 'requests';

/** The Requests page, and a way to say from outside what it lists. */
export interface RequestsPage extends Required<Pick<PageKind, 'picture' | 'wish'>> {
  /** The requests of a window and filters, newest first. */
  choose(usage: ChosenUsage): Promise<void>;
}

/** What the Requests page shows and does. What was chosen is kept over restarts. */
export function requestsPage(
  engine: Engine,
  { globalState }: Pick<vscode.ExtensionContext, 'globalState'>,
  onError: (error: unknown) => void,
): RequestsPage {
  let chosen = parseChosenRequests(globalState.get(CHOSEN));
  let place: GridPlace = FIRST_PLACE;
  let anchor: Extract<PageMessage, { type: 'rows' }>['anchor'];
  let shown: RequestGridView | undefined;
  /** The list that the reader is in; without it one is made. */
  let order: string | undefined;

  const begin = async (next: typeof chosen): Promise<void> => {
    chosen = next;
    order = undefined;
    anchor = undefined;
    place = { ...FIRST_PLACE, count: place.count };
    await globalState.update(CHOSEN, chosen);
  };

  return {
    async picture() {
      shown = await engine.requestGrid({ ...presentation(), ...gridQuestion(chosen), ...place, order, anchor });
      order = shown.order;
      return { type: 'requests', view: shown };
    },
    async wish(message) {
      switch (message.type) {
        case 'rows': {
          const { from, count, isAtTop } = message;
          place = { from, count, isFollowing: isAtTop };
          anchor = message.anchor;
          return;
        }
        case 'latest':
          await begin(chosen);
          return;
        case 'explain':
          await explainRequest(engine, message.id);
          return;
        case 'export':
          // Goes on while the page is used.
          if (shown) void exportRequests(engine, shown, message.format).catch(onError);
          return;
        default: {
          const next = afterGridWish(chosen, message, shown?.span, presentation());
          if (next === chosen) return;
          const isSameList = message.type === 'column' || message.type === 'pickers';
          if (!isSameList) return begin(next);
          chosen = next;
          await globalState.update(CHOSEN, chosen);
        }
      }
    },
    async choose(usage) {
      await begin({ ...chosen, usage, search: '', limits: [], sort: { by: 'at', isDescending: true } });
    },
  };
}
