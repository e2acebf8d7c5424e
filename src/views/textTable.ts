import { label } from './format.ts';
import type { HealthReport } from './healthReport.ts';
import type { ItemReport } from './itemReport.ts';
import type { AttributionReport, RequestReport, SessionReport, TokenTotals, UsageReport } from './usageReport.ts';

type Cell = string | number | null;

/** A table for text: every row has the same columns. */
export interface TextTable {
  columns: string[];
  rows: Cell[][];
}

const TOTAL_COLUMNS = [
  'tasks',
  'turns',
  'input_tokens',
  'output_tokens',
  'cache_read',
  'cache_creation',
  'cache_creation_1h',
  'reasoning_tokens',
  'total_tokens',
  'cost_usd',
  'unpriced_turns',
  'estimated_turns',
] as const satisfies readonly (keyof TokenTotals)[];

/** Money to a hundredth of a cent; none where no turn has a price. */
const costCell = ({ cost_usd, turns, unpriced_turns }: TokenTotals): number | null =>
  turns > 0 && unpriced_turns === turns ? null : Math.round(cost_usd * 1e4) / 1e4;

const totalCells = (totals: TokenTotals): Cell[] =>
  TOTAL_COLUMNS.map((column) => (column === 'cost_usd' ? costCell(totals) : totals[column]));

/** The usage report as one table: each row says which grouping it belongs to. */
export function usageTable(report: UsageReport): TextTable {
  const row = (group: string, name: string, totals: TokenTotals): Cell[] => [group, name, ...totalCells(totals)];
  // Of these no turns and no money are known.
  const partial = (group: string, name: string, sums: object): Cell[] => [
    group,
    name,
    ...TOTAL_COLUMNS.map((column): Cell => (sums as Partial<TokenTotals>)[column] ?? null),
  ];
  return {
    columns: ['group', 'name', ...TOTAL_COLUMNS],
    rows: [
      row('total', report.window.name, report.totals),
      ...report.by_day.map((entry) => row('day', entry.day, entry)),
      ...report.by_agent.map((entry) => row('agent', `${entry.type}/${entry.name}`, entry)),
      ...report.by_model.map((entry) => row('model', entry.model, entry)),
      ...report.by_provider.map((entry) => row('provider', entry.provider, entry)),
      ...report.by_workspace.map((entry) => row('workspace', entry.workspace, entry)),
      ...report.by_account.map((entry) => row('account', entry.account, entry)),
      ...report.by_user.map((entry) => row('user', entry.user, entry)),
      ...report.by_tool.map((entry) => partial('tool', entry.kind, entry)),
      ...report.unlisted.map((entry) => partial('unlisted', `${entry.model} (${entry.source})`, entry)),
    ],
  };
}

/** The sessions as a table, newest first. */
export function sessionsTable(sessions: SessionReport[]): TextTable {
  const facts = ['session', 'agent', 'title', 'workspace', 'model', 'started_at', 'last_at', 'context_tokens'] as const;
  return {
    columns: [...facts, ...TOTAL_COLUMNS],
    rows: sessions.map((session) => [...facts.map((column) => session[column]), ...totalCells(session)]),
  };
}

/** The items as a table, most first. */
export function itemsTable(items: ItemReport[]): TextTable {
  const columns = [
    'kind',
    'target',
    'calls',
    'input_tokens',
    'output_tokens',
    'cache_read',
    'cache_creation',
    'total_tokens',
    'cost_usd',
  ] as const;
  const cell = (item: ItemReport, column: (typeof columns)[number]): Cell =>
    column === 'cost_usd' && item.cost_usd !== null ? Math.round(item.cost_usd * 1e4) / 1e4 : item[column];
  return { columns: [...columns], rows: items.map((item) => columns.map((column) => cell(item, column))) };
}

/** The requests as a table, newest first. */
export function requestsTable(requests: RequestReport[]): TextTable {
  const columns = [
    'at',
    'agent',
    'name',
    'model',
    'input_tokens',
    'output_tokens',
    'cache_read',
    'cache_creation',
    'total_tokens',
    'cost_usd',
    'rule',
    'session',
    'request',
  ] as const;
  return {
    columns: [...columns, 'path', 'offset', 'records', 'copies'],
    rows: requests.map((request) => {
      const { path, offset, records } = request.source;
      return [...columns.map((column) => request[column]), path, offset, records, request.copies.length];
    }),
  };
}

/** Health as one table: the agents, then what is to be known of each, then the store. */
export function healthTable({ agents, store }: HealthReport): TextTable {
  const facts = ['files', 'records', 'sessions', 'turns', 'estimated_turns', 'first_at', 'last_at'] as const;
  const row = (
    group: string,
    agent: string,
    what: string,
    version: string | null,
    files: Cell,
    records: Cell,
  ): Cell[] => [group, agent, what, version, files, records, ...facts.slice(2).map(() => null)];
  return {
    columns: ['group', 'agent', 'what', 'version', ...facts],
    rows: [
      ...agents.map((agent): Cell[] => [
        'agent',
        agent.name,
        agent.state === 'no_token_data' ? agent.reason : agent.state,
        agent.versions.map(({ version }) => version).join(' ') || null,
        ...facts.map((fact) => agent[fact]),
      ]),
      ...agents.flatMap((agent) =>
        agent.not_understood.map((entry) =>
          row(entry.outcome, agent.name, entry.detail, entry.version, null, entry.records),
        ),
      ),
      ...agents.flatMap((agent) =>
        agent.unreadable.map(({ path, reason }) => row('unreadable', agent.name, `${reason} ${path}`, null, 1, null)),
      ),
      ...agents.flatMap((agent) =>
        agent.unlisted.map((sum) =>
          row('unlisted', agent.name, `${sum.model} (${sum.source}): ${sum.total_tokens} tokens`, null, null, null),
        ),
      ),
      [
        'store',
        null,
        store.path ?? 'in memory',
        null,
        store.files,
        null,
        store.sessions,
        store.requests,
        null,
        store.history_starts_at,
        null,
      ],
    ],
  };
}

/** One lens of the attribution as a table, most tokens first. */
export function attributionTable(report: AttributionReport, lens: 'window' | 'spent' | 'in-flight'): TextTable {
  if (lens === 'window') {
    const rows = Object.entries(report.in_window).map(([kind, tokens]): Cell[] => [kind, tokens]);
    return { columns: ['kind', 'tokens'], rows };
  }
  const columns = ['input_tokens', 'output_tokens', 'cache_read', 'cache_creation', 'total_tokens'] as const;
  const kinds = Object.entries(lens === 'spent' ? report.spent : report.in_flight);
  return {
    columns: ['kind', ...columns, 'percent'],
    rows: kinds.map(([kind, spent]) => [
      kind,
      ...columns.map((column) => spent[column]),
      Math.round(spent.share * 1000) / 10,
    ]),
  };
}

/** Columns padded with spaces, numbers to the right; foreign text on one line. */
export function toPlainText({ columns, rows }: TextTable): string {
  const cells = [columns, ...rows.map((row) => row.map((cell) => (cell === null ? '' : label(String(cell), 60))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => [...(row[index] ?? '')].length)));
  const isNumber = columns.map((_, index) =>
    rows.every((row) => typeof row[index] === 'number' || row[index] === null),
  );
  return cells
    .map((row) =>
      row
        .map((cell, index) => {
          const space = ' '.repeat((widths[index] ?? 0) - [...cell].length);
          return isNumber[index] ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** RFC 4180. */
export const toCsv = ({ columns, rows }: TextTable): string => [columns, ...rows].map(csvLine).join('\r\n');

/**
 * One line of CSV, without its end. A text that a spreadsheet would run as a formula gets an apostrophe in front; signs of full width count
 * there as well.
 */
export function csvLine(cells: readonly Cell[]): string {
  return cells
    .map((cell) => {
      if (cell === null) return '';
      if (typeof cell === 'number') return String(cell);
      const text = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? `'${cell}` : cell;
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
