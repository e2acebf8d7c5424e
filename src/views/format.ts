/** Numbers, dates and foreign text as people read them. The locale and zone come in, and words are those of `t`. */

import { t } from './text.ts';

/** Making a format takes far longer than using it. */
const formats = new Map<string, Intl.NumberFormat>();
function numberFormat(locale: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, format);
  return format;
}

/** Languages that count in ten thousands. */
const IN_MYRIADS = /^(zh|ja|ko)\b/;

/** `82k`, `4.2M`, `950`; `8.2万` where people count so. */
export function compactTokens(tokens: number, locale: string): string {
  const fewer = IN_MYRIADS.test(locale) ? 100_000 : 10_000;
  const digits = tokens < fewer ? 1 : tokens < 1_000_000 ? 0 : 1;
  const text = numberFormat(locale, { notation: 'compact', maximumFractionDigits: digits }).format(tokens);
  return text.replace(/K$/, 'k');
}

/** `82,113` */
export function exactNumber(value: number, locale: string): string {
  return numberFormat(locale).format(value);
}

/** As near to the whole as sums of fractions come that are added in another order. */
const WHOLE = 1 - 1e-9;

/**
 * `41%` of 0.41; a part too small to round to 1 % is `<1%`, so that nothing that is there reads as nothing. What is short of the whole is not
 * rounded up to it: `100%` is full.
 */
export function percent(share: number, locale: string): string {
  const format = numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  if (share > 0 && share < 0.005) return `<${format.format(0.01)}`;
  return format.format(share > 0.99 && share < WHOLE ? 0.99 : share);
}

/** `$12.40`; small amounts keep two significant digits: `$0.0042`. */
export function usd(amount: number, locale: string): string {
  const small = amount > 0 && amount < 0.1;
  return numberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    ...(small ? { minimumSignificantDigits: 2, maximumSignificantDigits: 2 } : {}),
  }).format(amount);
}

/**
 * A text in which a count stands at `{0}`, and what else at `{1}` and so on: `3 requests`, `1 request`.
 *
 * @param one the text for one, `{0} request`
 * @param many for all other counts, `{0} requests`
 */
export function plural(count: number, one: string, many: string, locale: string, ...args: (string | number)[]): string {
  return t(count === 1 ? one : many, exactNumber(count, locale), ...args);
}

/** `a, b, c` */
export const listed = (names: readonly string[]): string => names.join(t(', '));

/** `1 d 4 h`, `4 h 12 min`, `3 min`, which no line end divides, or `less than a minute`. Negative spans count as none. */
export function duration(ms: number): string {
  return ms < 60_000 ? t('less than a minute') : spanText(ms).replaceAll(' ', '\u00a0');
}

function spanText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return hours % 24 > 0 ? t('{0} d {1} h', days, hours % 24) : t('{0} d', days);
  if (hours > 0) return minutes % 60 > 0 ? t('{0} h {1} min', hours, minutes % 60) : t('{0} h', hours);
  return t('{0} min', minutes);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** A date or time in a zone. */
export function dateText(
  atMs: number,
  where: { locale: string; timeZone: string },
  options: Intl.DateTimeFormatOptions,
): string {
  const key = `${where.locale} ${where.timeZone} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(where.locale, { ...options, timeZone: where.timeZone });
    dateFormats.set(key, format);
  }
  return format.format(atMs);
}

/** `3:45:06 PM`, `15:45:06` */
export const clockTime = (atMs: number, where: { locale: string; timeZone: string }): string =>
  dateText(atMs, where, { hour: 'numeric', minute: '2-digit', second: '2-digit' });

/** Control characters, line ends and the characters that turn text around (U+202A-E, U+2066-9) have no place in a label. */
const NOT_IN_LABELS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Text from a transcript as one line of at most `length` characters. Escaping is left to whoever makes Markdown, HTML or SVG of it. */
export function label(text: string, length = 80): string {
  const line = text.replace(NOT_IN_LABELS, ' ').trim();
  const characters = [...line];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : line;
}

/** The last part of a path: the name people know a folder or file by. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}

/** `950 bytes`, `12 kB`, `1.4 MB`: powers of 1000. */
export function fileSize(bytes: number, locale: string): string {
  const [power, unit] =
    bytes < 1000 ? [0, 'byte'] : bytes < 1e6 ? [1, 'kilobyte'] : bytes < 1e9 ? [2, 'megabyte'] : [3, 'gigabyte'];
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}
