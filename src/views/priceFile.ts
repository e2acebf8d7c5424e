import type { OwnPrice } from '../ledger/priceBook.ts';
import { csvLines, csvRow } from './csvLines.ts';
import { entryLines } from './jsonLines.ts';
import { type ReadPrice, readPrice } from './priceForm.ts';
import { RATE_NAMES } from './pricesView.ts';
import { t } from './text.ts';

/** A file of prices: the user's own, to keep or to carry to another machine. */
export type PriceFileFormat = 'json' | 'csv';

/** What a file holds, or a sentence that names the first line that is wrong. */
export type ReadPriceFile = { prices: OwnPrice[] } | { problem: string };

/** Names of the columns, and of the fields of an entry. */
const COLUMNS = [
  'provider',
  'model',
  'tier',
  'from',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'web_searches',
] as const;
const FIELDS = ['provider', 'model', 'tier', 'from', ...RATE_NAMES] as const;

/** Marks a JSON file as one of prices. */
const FORMAT = 'agent-token-meter prices';

/** No file that a person keeps is larger. */
export const MOST_BYTES = 4 << 20;
const MOST_PRICES = 10_000;

/** Dollars per million tokens, and per thousand searches; `from` is a time in UTC, empty = always. Read again it gives the same prices. */
export function writePriceFile(prices: readonly OwnPrice[], format: PriceFileFormat): string {
  const from = ({ fromMs }: OwnPrice): string => (fromMs === 0 ? '' : new Date(fromMs).toISOString());
  const rows = prices.map((price) => [
    price.provider,
    price.model,
    price.tier,
    from(price),
    ...RATE_NAMES.map((name) => price[name]),
  ]);
  if (format === 'csv') return [COLUMNS, ...rows].map((row) => `${csvRow(row)}\r\n`).join('');
  const entries = rows.map((row) => Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]])));
  return `${JSON.stringify({ format: FORMAT, unit: 'USD per million tokens, USD per thousand web searches', prices: entries }, null, 2)}\n`;
}

/** Reads a file of prices: all of it, or nothing. Which format it is shows in its first character. */
export function readPriceFile(content: string, locale: string): ReadPriceFile {
  const text = content.replace(/^\uFEFF/, '');
  if (text.length > MOST_BYTES) return { problem: t('The file is far too large for a list of prices.') };
  if (text.trim() === '') return { problem: t('The file is empty.') };
  return /^\s*[[{]/.test(text) ? readJson(text, locale) : readCsv(text, locale);
}

function readJson(text: string, locale: string): ReadPriceFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: t('The file is not JSON: {0}.', error instanceof Error ? error.message : String(error)) };
  }
  const entries: unknown = Array.isArray(json) ? json : (json as { prices?: unknown } | null)?.prices;
  if (!Array.isArray(entries)) return { problem: t('The file has no list “prices”.') };
  const lines = entryLines(text, Array.isArray(json) ? undefined : 'prices');
  return readEntries(
    entries.map((entry: unknown, index) => ({
      line: lines[index] ?? 1,
      fields: typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? entry : undefined,
    })),
    locale,
  );
}

function readCsv(text: string, locale: string): ReadPriceFile {
  const read = csvLines(text);
  if ('line' in read) return { problem: t('Line {0}: a quotation mark is not closed.', read.line) };
  const [header, ...rows] = read.rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const names = header?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const missing = COLUMNS.slice(0, 6).find(
    (column) => column !== 'tier' && column !== 'from' && !names.includes(column),
  );
  if (missing !== undefined)
    return {
      problem: t('Line {0}: the first line names the columns, and “{1}” is missing.', header?.line ?? 1, missing),
    };
  const long = rows.find(({ cells }) => cells.length > names.length);
  if (long) return { problem: t('Line {0}: it has more cells than there are columns.', long.line) };
  return readEntries(
    rows.map(({ line, cells }) => ({
      line,
      fields: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])),
    })),
    locale,
  );
}

function readEntries(entries: { line: number; fields?: object }[], locale: string): ReadPriceFile {
  if (entries.length > MOST_PRICES) return { problem: t('The file has more than {0} prices.', MOST_PRICES) };
  const prices = new Map<string, OwnPrice>();
  for (const { line, fields } of entries) {
    if (!fields) return { problem: t('Line {0}: it is not a price.', line) };
    const read = readEntry(new Map(Object.entries(fields)), locale);
    if ('problem' in read) return { problem: t('Line {0}: {1}', line, read.problem.text) };
    const { provider, model, tier, fromMs } = read.price;
    const key = JSON.stringify([provider, model, tier, fromMs]);
    if (prices.has(key))
      return { problem: t('Line {0}: it is the second price of the same model, tier and date.', line) };
    prices.set(key, read.price);
  }
  if (prices.size === 0) return { problem: t('The file holds no price.') };
  return { prices: [...prices.values()] };
}

function readEntry(fields: ReadonlyMap<string, unknown>, locale: string): ReadPrice {
  const texts = COLUMNS.map((column): string => {
    const value = fields.get(column);
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  });
  const typed = Object.fromEntries(FIELDS.map((field, index) => [field, texts[index] ?? '']));
  const from = (typed.from ?? '').trim();
  const fromMs = from === '' ? 0 : timeOf(from);
  const read = readPrice({ ...typed, from: fromMs === undefined ? from : '' }, { locale, timeZone: 'UTC' });
  return 'problem' in read || fromMs === undefined ? read : { price: { ...read.price, fromMs } };
}

/** A time in UTC; a day is its first moment there. */
function timeOf(text: string): number | undefined {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?$/.test(text);
  const atMs = isTime ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) || atMs < 0 ? undefined : atMs;
}
