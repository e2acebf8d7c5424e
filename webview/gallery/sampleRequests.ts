import type { RequestListRow } from '../../src/queries/requests.ts';
import { COST_EQUIVALENT } from '../../src/store/accountRules.ts';
import { requestGridView } from '../../src/views/requestGrid.ts';
import { FIRST_COLUMNS, GRID_COLUMNS, type RequestGridView } from '../../src/views/requestGridView.ts';
import { gridWithCost } from '../../src/views/shownCost.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 14);
const LONG = 'a-remarkably-long-name-that-somebody-gave-without-ever-looking-at-a-table';
const HOSTILE = '<img src=x onerror=alert(1)> =cmd() \u202Eesrever';

const row = (n: number, over: Partial<RequestListRow> = {}): RequestListRow => ({
  id: n + 1,
  requestKey: `req-${n}`,
  agent: 'claude-code',
  sessionId: `session-${n % 9}`,
  thread: 'main',
  agentName: n % 7 === 3 ? 'code-reviewer' : 'main',
  workspace: '/home/dev/shop/storefront',
  account: n % 2 === 0 ? 'team' : null,
  user: 'ada',
  title: n % 3 === 0 ? `Checkout totals, part ${n}` : null,
  atMs: NOW_MS - n * 4_321_000,
  provider: 'anthropic',
  model: n % 4 === 1 ? 'claude-opus-4-5-20251101' : 'claude-sonnet-4-5',
  input: 12 * n,
  cacheRead: 41_000 + 700 * n,
  cacheWrite5m: 900,
  cacheWrite1h: 0,
  output: 37 * ((n * 7) % 23),
  reasoning: 0,
  costUsd: n % 5 === 2 ? null : 0.004 * n,
  costShown: 0,
  priceSource: null,
  estimated: n % 6 === 5 ? 1 : 0,
  recordedOutput: null,
  rule: 'recorded',
  isCopy: 0,
  path: '/transcripts/a.jsonl',
  offset: 0,
  lastOffset: 0,
  records: 1,
  ...over,
});

function view(total: number, over: Partial<RequestListRow>, more: Partial<RequestGridView> = {}): RequestGridView {
  const made = requestGridView({
    locale: 'en',
    timeZone: 'Asia/Kathmandu',
    nowMs: NOW_MS,
    window: {
      name: 'all',
      sinceMs: NOW_MS - 40 * 86_400_000,
      untilMs: NOW_MS,
      fromDay: '2026-10-13',
      toDay: '2026-11-22',
      isCurrent: true,
      hasNext: false,
      isNarrowed: false,
    },
    filters: {},
    agentLabels: { 'claude-code': 'Claude Code' },
    lookedFor: ['Claude Code'],
    coverage: { firstAtMs: total === 0 ? null : 0 },
    search: '',
    limits: [],
    sort: { by: 'at', isDescending: true },
    columns: FIRST_COLUMNS,
    total,
    order: 'a',
    place: 0,
    from: 0,
    // The fourth was taken out since the list was made.
    rows: Array.from({ length: Math.min(total, 120) }, (_, n) => (n === 3 ? undefined : row(n, over))),
    newer: 0,
  });
  return { ...made, ...more };
}

/** The Requests page in each state. */
export const REQUEST_STATES: Record<string, RequestGridView | undefined> = {
  loading: undefined,
  empty: view(0, {}),
  some: view(60, {}),
  million: view(1_000_020, {}, { newer: '37 new requests' }),
  indexing: view(4000, {}, { state: 'indexing', notice: 'Reading history, newest first: 120 of 2,453 files.' }),
  nothing: view(60, {}, { total: 0, rows: [], caption: '0 requests', search: 'nobody' }),
  longNames: view(60, { model: LONG, title: LONG, agentName: LONG, provider: LONG }),
  hostileNames: view(60, { model: HOSTILE, title: HOSTILE, agentName: HOSTILE, workspace: HOSTILE }),
  huge: view(60, { cacheRead: 9_007_199_254_000, output: 123_456_789, costUsd: 1_234_567.891 }),
  mixedCosts: gridWithCost(view(60, { costShown: COST_EQUIVALENT }), 'mixed'),
  allColumns: {
    ...view(60, {}),
    columns: GRID_COLUMNS.map((key) => ({
      key,
      label: key,
      align: 'start',
      width: 120,
      isFlexible: false,
      sort: 'none',
    })),
    rows: Array.from({ length: 60 }, (_, n) => ({
      id: n + 1,
      cells: GRID_COLUMNS.map((key) => `${key} ${n}`),
      session: '',
    })),
  },
};
