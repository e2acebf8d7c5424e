import { MAIN_THREAD } from '../agents/event.ts';
import type { RequestListRow } from '../queries/requests.ts';
import { sessionKey } from '../queries/sessionKey.ts';
import { COST_EQUIVALENT, COST_HIDDEN } from '../store/accountRules.ts';
import type { DashboardInput } from './dashboard.ts';
import { filterChips } from './filterChips.ts';
import { exactNumber, label, plural, usd } from './format.ts';
import {
  GRID_COLUMNS,
  GRID_LIMITS,
  type GridColumn,
  type GridColumnView,
  type GridLimit,
  type GridPicker,
  type GridRow,
  type GridSort,
  type RequestGridView,
} from './requestGridView.ts';
import { requestPrice } from './requestPrice.ts';
import { t } from './text.ts';
import { textWidth } from './textWidth.ts';
import { historyStart, rangeText, spanView, stateOf, windowsOf } from './usageSpan.ts';

/** What the Requests page is made from. */
export interface RequestGridInput
  extends Pick<
    DashboardInput,
    'locale' | 'timeZone' | 'nowMs' | 'window' | 'filters' | 'sessionTitle' | 'agentLabels' | 'progress' | 'lookedFor'
  > {
  coverage: Pick<DashboardInput['coverage'], 'firstAtMs'>;
  search: string;
  limits: readonly GridLimit[];
  sort: GridSort;
  columns: readonly GridColumn[];
  total: number;
  order: string;
  place: number;
  from: number;
  /** `undefined`: it is in the list, but in the store no more. */
  rows: readonly (RequestListRow | undefined)[];
  newer: number;
  pickers?: GridPicker[];
}

export function requestGridView(input: RequestGridInput): RequestGridView {
  const { locale, window, total, columns } = input;
  const write = rowWriter(input);
  return {
    ...stateOf(input),
    windows: windowsOf().map(({ name, label }) => ({ name, label, selected: name === window.name })),
    span: spanView(input),
    period: rangeText(window, input),
    historyStart: historyStart(input),
    chips: filterChips(input.filters, input.agentLabels, input.sessionTitle),
    pickers: input.pickers,
    search: input.search,
    limits: GRID_LIMITS.map((key) => ({ key, label: limitLabel(key), isOn: input.limits.includes(key) })),
    columns: columns.map((key) => columnView(key, input.sort, key === 'at' ? timeWidth(input) : WIDTHS[key])),
    columnChoices: GRID_COLUMNS.map((key) => ({
      key,
      label: columnLabel(key),
      isShown: columns.includes(key),
    })),
    caption: plural(total, '{0} request', '{0} requests', locale),
    total,
    order: input.order,
    place: input.place,
    from: input.from,
    rows: input.rows.map(write),
    newer: input.newer > 0 ? plural(input.newer, '{0} new request', '{0} new requests', locale) : undefined,
  };
}

const DATE = { month: 'short', day: 'numeric' } as const;
const CLOCK = { hour: 'numeric', minute: '2-digit', second: '2-digit' } as const;

/** The columns that stand there at first fit an editor of 1,100 pixels; in narrower ones some give way. */
const WIDTHS: Record<GridColumn, number> = {
  at: 170,
  agent: 110,
  agentName: 110,
  provider: 88,
  model: 144,
  prompt: 84,
  input: 90,
  cacheRead: 98,
  cacheWrite: 98,
  output: 102,
  reasoning: 92,
  total: 88,
  cost: 88,
  session: 102,
  workspace: 150,
  account: 120,
  user: 90,
};

const [FONT_SIZE, CELL_PADDING] = [13, 20];

/** Pixels of a column in which a text stands whole. */
export const cellWidth = (text: string): number => Math.ceil(textWidth(text, FONT_SIZE)) + CELL_PADDING;

/** Times of other years bear the year: their column is as wide as the widest, as soon as the window has such. */
function timeWidth({ locale, timeZone, nowMs, window, coverage }: RequestGridInput): number {
  const year = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone });
  const firstMs = Math.max(window.sinceMs, coverage.firstAtMs ?? nowMs);
  const years = [firstMs, Math.max(firstMs, window.untilMs - 1)].map((atMs) => year.format(atMs));
  if (years.every((each) => each === year.format(nowMs))) return WIDTHS.at;
  const format = new Intl.DateTimeFormat(locale, { ...DATE, year: 'numeric', ...CLOCK, timeZone: 'UTC' });
  const months = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2028, month, 28, 22, 58, 58)));
  return Math.max(WIDTHS.at, ...months.map(cellWidth));
}

const FLEXIBLE: readonly GridColumn[] = ['model', 'session', 'workspace'];
const NAMES: readonly GridColumn[] = [
  'at',
  'agent',
  'agentName',
  'provider',
  'model',
  'session',
  'workspace',
  'account',
  'user',
];

const columnView = (key: GridColumn, sort: GridSort, width: number): GridColumnView => ({
  key,
  label: columnLabel(key),
  align: NAMES.includes(key) ? 'start' : 'end',
  width,
  isFlexible: FLEXIBLE.includes(key),
  sort: sort.by !== key ? 'none' : sort.isDescending ? 'descending' : 'ascending',
  hint: columnHint(key),
});

function columnLabel(key: GridColumn): string {
  switch (key) {
    case 'at':
      return t('Time');
    case 'agent':
      return t('Agent');
    case 'agentName':
      return t('Subagent');
    case 'provider':
      return t('Provider');
    case 'model':
      return t('Model');
    case 'prompt':
      return t('Prompt');
    case 'input':
      return t('Uncached');
    case 'cacheRead':
      return t('Cache read');
    case 'cacheWrite':
      return t('Cache write');
    case 'output':
      return t('Completion');
    case 'reasoning':
      return t('Reasoning');
    case 'total':
      return t('Total');
    case 'cost':
      return t('Cost');
    case 'session':
      return t('Session');
    case 'workspace':
      return t('Workspace');
    case 'account':
      return t('Account');
    case 'user':
      return t('User');
  }
}

function columnHint(key: GridColumn): string | undefined {
  switch (key) {
    case 'prompt':
      return t('All that was sent: uncached, cache reads and cache writes');
    case 'input':
      return t('Prompt tokens that were neither read from the cache nor written to it');
    case 'output':
      return t('All that was generated, reasoning included');
    case 'reasoning':
      return t('The part of the completion that was reasoning, where the agent tells');
    case 'total':
      return t('Prompt and completion');
    case 'cost':
      return t('At the list price of its day');
    default:
      return undefined;
  }
}

const limitLabel = (key: GridLimit): string => (key === 'estimated' ? t('Only estimated') : t('Only unpriced'));

/** Formats are made once for all rows. */
function rowWriter(input: RequestGridInput): (row: RequestListRow | undefined) => GridRow {
  const { locale, timeZone, agentLabels, columns } = input;
  const sameYear = new Intl.DateTimeFormat(locale, { ...DATE, ...CLOCK, timeZone });
  const otherYear = new Intl.DateTimeFormat(locale, { ...DATE, year: 'numeric', ...CLOCK, timeZone });
  const year = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone });
  const thisYear = year.format(input.nowMs);
  const number = (value: number): string => exactNumber(value, locale);
  const write: Record<GridColumn, (row: RequestListRow) => string> = {
    at: ({ atMs }) => (year.format(atMs) === thisYear ? sameYear : otherYear).format(atMs),
    agent: ({ agent }) => agentLabels[agent] ?? label(agent),
    agentName: ({ agentName }) => (agentName === MAIN_THREAD ? '' : label(agentName)),
    provider: ({ provider }) => label(provider),
    model: ({ model }) => label(model),
    prompt: (row) => number(promptTokens(row)),
    input: ({ input }) => number(input),
    cacheRead: ({ cacheRead }) => number(cacheRead),
    cacheWrite: ({ cacheWrite5m, cacheWrite1h }) => number(cacheWrite5m + cacheWrite1h),
    output: (row) => mark(row, number(row.output)),
    reasoning: ({ reasoning }) => number(reasoning),
    total: (row) => mark(row, number(promptTokens(row) + row.output)),
    cost: (row) =>
      row.costShown === COST_HIDDEN ? '' : row.costUsd === null ? t('unpriced') : mark(row, usd(row.costUsd, locale)),
    session: ({ title, sessionId }) => label(title ?? sessionId, 120),
    workspace: ({ workspace }) => label(workspace ?? '', 200),
    account: ({ account }) => label(account ?? ''),
    user: ({ user }) => label(user),
  };
  return (row) =>
    row
      ? {
          id: row.id,
          cells: columns.map((column) => write[column](row)),
          session: sessionKey(row.agent, row.sessionId),
          note: row.estimated === 1 ? t('The completion of this request is estimated.') : undefined,
          ...(row.costShown === COST_EQUIVALENT && row.costUsd !== null ? { isEquivalent: true } : {}),
          costNote: row.costShown === COST_HIDDEN ? t('The cost of its account is not shown.') : costNote(row),
        }
      : {
          id: 0,
          cells: columns.map((column) => (column === 'at' ? t('no longer counted') : '')),
          session: '',
        };
}

/** Where the price of a request comes from, and what its cost is not sure of. */
const costNote = (row: RequestListRow): string =>
  [
    ...(row.costShown === COST_EQUIVALENT ? [t('What the API would have cost.')] : []),
    requestPrice(row),
    ...(row.estimated === 1 && row.costUsd !== null ? [t('The completion of this request is estimated.')] : []),
  ].join('\n');

const mark = ({ estimated }: RequestListRow, text: string): string => (estimated === 1 ? `≈ ${text}` : text);

const promptTokens = ({ input, cacheRead, cacheWrite5m, cacheWrite1h }: RequestListRow): number =>
  input + cacheRead + cacheWrite5m + cacheWrite1h;
