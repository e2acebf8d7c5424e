import { type UsageCube, usageCube } from '../queries/usageCube.ts';
import type { Store } from '../store/store.ts';
import { afterRest } from './afterRest.ts';
import { type RequestGrid, requestGrid } from './answerGrid.ts';
import { readAhead } from './readAhead.ts';

/** What pages of years of history hold in memory. */
export interface PageMemory {
  cube: UsageCube;
  grid: RequestGrid;
  /** A page asks that holds much: what it asks for next is read ahead, and all is read again when one is opened after a rest. */
  asked(page: 'usage' | 'requests'): void;
  /** Nothing is read ahead any more. */
  cancel(): void;
}

/** So long after the last page asked, what it held in memory is given back. */
const PAGES_REST_MS = 5 * 60_000;

/** @param isReading while history is read: what is read ahead would change at once */
export function pageMemory(store: Store, isReading: () => boolean): PageMemory {
  const cube = usageCube(store);
  const grid = requestGrid(store, cube);
  /** A page that is open asks for another window or another order next. */
  const aheadForUsage = readAhead(() => !isReading() && cube.readAhead());
  const aheadForRequests = readAhead(() => !isReading() && grid.readAhead());
  const isAsked = afterRest(() => {
    aheadForUsage.cancel();
    aheadForRequests.cancel();
    cube.forget();
    grid.forget();
  }, PAGES_REST_MS);
  return {
    cube,
    grid,
    asked(page) {
      isAsked();
      if (page === 'usage') aheadForUsage();
      else aheadForRequests();
    },
    cancel() {
      isAsked.cancel();
      aheadForUsage.cancel();
      aheadForRequests.cancel();
    },
  };
}
