import { randomUUID } from 'node:crypto';
import { callerMask, costMask } from '../queries/callerMask.ts';
import { callerRanks, RANK_NAMES, type RankName } from '../queries/callerRanks.ts';
import { type CallerNames, callerNames, callersNamed } from '../queries/callersNamed.ts';
import { coverage } from '../queries/coverage.ts';
import { type ExportNames, exportedRequests, exportNames } from '../queries/exportedRequests.ts';
import { countOfWindow, newestRequest, newestRequests } from '../queries/newestRequests.ts';
import { type ColumnSource, requestColumns } from '../queries/requestColumns.ts';
import { countAfter, orderedRequests, type RequestOrder } from '../queries/requestOrder.ts';
import type { ValueName } from '../queries/requestValues.ts';
import { sessionFacts, sessionTitle } from '../queries/sessionFacts.ts';
import { parseSessionKey } from '../queries/sessionKey.ts';
import { usageByKind } from '../queries/usageByKind.ts';
import type { UsageCube } from '../queries/usageCube.ts';
import { label } from '../views/format.ts';
import { gridPickers } from '../views/gridPickers.ts';
import { type RequestExport, requestExport } from '../views/requestExport.ts';
import { requestGridView } from '../views/requestGrid.ts';
import type { GridPicker, RequestGridView } from '../views/requestGridView.ts';
import { gridWithCost } from '../views/shownCost.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { costOfPicture } from './costOfPicture.ts';
import { shownWindow, windowFacts } from './dashboardSpans.ts';
import type { ExportedRows, ExportRequest, GridRequest } from './engineApi.ts';
import { idsOfOrder, type KeptOrder, requestOrders, rowsOfOrder } from './requestOrders.ts';

/** Words that are searched for; more are left out. */
const MOST_WORDS = 8;
/** Rows of one answer. */
const MOST_ROWS = 1000;
/** The same of a file: some 25 ms, so that whoever asks meanwhile hardly waits. */
const MOST_EXPORTED = 2000;
/** So many of the newest requests are looked up without a list of all. */
const HEAD_ROWS = 2000;
/** Sessions to choose from. */
const OFFERED_SESSIONS = 200;
/** What there is to choose is counted no more often than this. */
const PICKERS_EVERY_MS = 10_000;

/** Answers the Requests page. */
export interface RequestGrid {
  answer(request: GridRequest, facts: AnswerFacts): RequestGridView;
  exported(request: ExportRequest): ExportedRows | null;
  /** Reads some of what the next list may need. @returns whether there is more */
  readAhead(): boolean;
  /** Gives the memory of what lists are made from back; the lists themselves stay. */
  forget(): void;
}

export function requestGrid(store: ColumnSource, cube: UsageCube): RequestGrid {
  const columns = requestColumns(store);
  const orders = requestOrders(randomUUID());
  let counted: { order: string; commits: number; newer: number } | undefined;
  let named: { commits: number; names: CallerNames } | undefined;
  let exporting: { commits: number; names: ExportNames; files: Map<string, RequestExport> } | undefined;
  let offered:
    | { question: string; atMs: number; choices: Omit<Parameters<typeof gridPickers>[0], 'locale' | 'filters'> }
    | undefined;

  /** While somebody types, each letter asks. */
  const namesNow = (): CallerNames => {
    if (named?.commits !== store.commits()) named = { commits: store.commits(), names: callerNames(store) };
    return named.names;
  };

  /** What the list that is asked for is narrowed to. */
  const membersOf = (request: GridRequest, edges: Edges, facts: AnswerFacts): Omit<RequestOrder, 'by'> => {
    const { sort, limits } = request;
    const masks = words(request.search).map((word) => callersNamed(store, namesNow(), word, facts.agentLabels));
    const mask = callerMask(store, request.filters);
    // A cost that is not shown is not missing.
    const shown = limits.includes('unpriced') ? costMask(store) : undefined;
    return {
      ...edges,
      masks: [mask, shown, ...masks].filter((each) => each !== undefined),
      onlyEstimated: limits.includes('estimated'),
      onlyUnpriced: limits.includes('unpriced'),
      isDescending: sort.isDescending,
    };
  };

  /** The list that is asked for. */
  const idsOf = (request: GridRequest, edges: Edges, facts: AnswerFacts): Uint32Array => {
    const { by } = request.sort;
    const name = (text: string): string => (by === 'agent' ? (facts.agentLabels[text] ?? label(text)) : text);
    const members = membersOf(request, edges, facts);
    if (by === 'at') return orderedRequests(columns, members);
    const values = isRank(by) ? callerRanks(store, by, request.locale, name) : (by satisfies ValueName);
    return orderedRequests(columns, { ...members, by: values });
  };

  const listOf = (request: GridRequest, edges: Edges, facts: AnswerFacts): MadeList => {
    const ids = idsOf(request, edges, facts);
    return { total: ids.length, ids: () => ids, newestId: newestId(columns.places()) };
  };

  /** The newest requests of a window are shown before all requests are read; the list as a whole is made when more of it is wanted. */
  const headOf = (request: GridRequest, edges: Edges, facts: AnswerFacts): MadeList | undefined => {
    const { sort, search, limits, filters } = request;
    const isPlain = words(search).length === 0 && limits.length === 0 && callerMask(store, filters) === undefined;
    if (columns.hasPlaces() || !isPlain || sort.by !== 'at' || !sort.isDescending) return undefined;
    const newestId = newestRequest(store);
    const total = countOfWindow(store, edges);
    const head = newestRequests(store, { ...edges, newestId }, HEAD_ROWS);
    let all = head.length === total ? head : undefined;
    return {
      total,
      newestId,
      idsAtHead: (from, count) => (!all && from + count <= head.length ? head.subarray(from, from + count) : undefined),
      ids() {
        all ??= idsOf(request, edges, facts).filter((id) => id <= newestId);
        return all;
      },
    };
  };

  /** How many requests of the list came since it was made. */
  const newerThan = (order: KeptOrder, request: GridRequest, edges: Edges, facts: AnswerFacts): number => {
    if (order.commits === store.commits()) return 0;
    if (counted?.order !== order.name || counted.commits !== store.commits()) {
      const newer = countAfter(columns, membersOf(request, edges, facts), order.newestId);
      counted = { order: order.name, commits: store.commits(), newer };
    }
    return counted.newer;
  };

  const pickersOf = (request: GridRequest, edges: Edges, facts: AnswerFacts): GridPicker[] => {
    const question = JSON.stringify(edges);
    if (offered?.question !== question || request.nowMs - offered.atMs > PICKERS_EVERY_MS) {
      const usage = cube.usage(edges, OFFERED_SESSIONS);
      const known = sessionFacts(
        store,
        usage.ranked.map(({ session }) => session),
      );
      offered = {
        question,
        atMs: request.nowMs,
        choices: {
          agentLabels: facts.agentLabels,
          used: usage.used,
          sessions: usage.ranked.flatMap(({ session, turns }) => {
            const found = known.get(session);
            return found ? [{ ...found, turns }] : [];
          }),
          kinds: usageByKind(store, edges).map(({ kind }) => kind),
        },
      };
    }
    return gridPickers({ ...offered.choices, locale: request.locale, filters: request.filters });
  };

  return {
    answer(request, facts) {
      const known = coverage(store);
      const shown = shownWindow(request, known, facts.limits.reset);
      const { sinceMs, untilMs } = shown.window;
      const edges = { sinceMs, untilMs };
      const { filters, search, limits, sort } = request;
      const question = JSON.stringify([edges, filters, words(search), [...limits].sort(), sort]);
      const before = orders.find(request.order);
      const isCurrent = before?.question === question && (!request.isFollowing || before.commits === store.commits());
      const order = isCurrent
        ? before
        : orders.keep({
            question,
            commits: store.commits(),
            ...(headOf(request, edges, facts) ?? listOf(request, edges, facts)),
          });
      // A list that was forgotten is another one now: the reader goes on at the same request.
      const { anchor } = request;
      const found = isCurrent || before || !anchor ? -1 : order.ids().indexOf(anchor.id);
      const moved = found < 0 || !anchor ? 0 : found - anchor.place;
      const place = Math.max(0, found);
      const isKept = isCurrent || found >= 0;
      const count = Math.max(0, Math.min(MOST_ROWS, request.count));
      const from = isKept || request.isFollowing ? within(request.from + moved, order.total, count) : 0;
      const session = filters.session === undefined ? undefined : parseSessionKey(filters.session);
      const view = requestGridView({
        ...request,
        agentLabels: facts.agentLabels,
        progress: facts.progress,
        lookedFor: facts.lookedFor,
        coverage: known,
        window: windowFacts(request, shown),
        sessionTitle: (session && sessionTitle(store, session.agent, session.sessionId)) ?? undefined,
        total: order.total,
        order: order.name,
        place,
        from,
        rows: rowsOfOrder(store, order, from, count),
        newer: newerThan(order, request, edges, facts),
        pickers: request.withPickers ? pickersOf(request, edges, facts) : undefined,
      });
      return gridWithCost(view, costOfPicture(store, facts.limits, request.cost, filters));
    },
    exported({ order, from, count, format, cost, isFirst }) {
      const kept = orders.find(order);
      if (!kept) return null;
      if (exporting?.commits !== store.commits())
        exporting = { commits: store.commits(), names: exportNames(store), files: new Map() };
      const ids = idsOfOrder(kept, Math.max(0, from), Math.max(0, Math.min(MOST_EXPORTED, count)));
      const requests = exportedRequests(store, ids, exporting.names);
      const key = `${format} ${cost}`;
      const file = exporting.files.get(key) ?? requestExport(format, cost);
      exporting.files.set(key, file);
      return { text: file.rows(requests, isFirst), requests: requests.length, positions: ids.length };
    },
    readAhead: columns.readAhead,
    forget() {
      columns.forget();
      named = undefined;
      exporting = undefined;
    },
  };
}

type MadeList = Pick<KeptOrder, 'total' | 'ids' | 'idsAtHead' | 'newestId'>;

interface Edges {
  sinceMs?: number;
  untilMs?: number;
}

const isRank = (name: string): name is RankName => (RANK_NAMES as readonly string[]).includes(name);

const words = (search: string): string[] =>
  search
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);

const within = (from: number, total: number, count: number): number => Math.max(0, Math.min(from, total - count));

function newestId({ ids, length }: { ids: Uint32Array; length: number }): number {
  let newest = 0;
  for (let at = 0; at < length; at++) if ((ids[at] as number) > newest) newest = ids[at] as number;
  return newest;
}
