import { config, t as translated } from '@vscode/l10n';

/** Texts of one language by their English. What is missing is shown in English. */
export type Texts = Record<string, string>;

const ENGLISH: Texts = {};
let textsNow: () => Texts | undefined = () => undefined;

/** Says where texts are taken from, from now on. It is asked for each text, as one thread may answer readers of several languages. */
export function speak(texts: () => Texts | undefined): void {
  textsNow = texts;
}

/**
 * Gives a text in the reader's language, with `{0}` or `{name}` filled in: `t('{0} of {1} tokens', used, limit)`. Every text that a person
 * reads in VS Code goes through it, in views and in pages. English is the key and stands there as a literal, where the text is made: not in
 * a constant of a module, which is made once for all languages.
 */
export function t(english: string, ...args: (string | number)[] | [Record<string, string | number>]): string {
  const texts = textsNow();
  config({ contents: texts ?? ENGLISH });
  const text = translated(english, ...(args as (string | number)[]));
  return texts === undefined || args.length === 0 ? text : closedUp(translated(english), args);
}

/** What is written without spaces between its words, and its marks. */
const IDEOGRAPH = /[\p{Script=Han}\u3000-\u303f\uff00-\uff65]/u;

/**
 * Fills in a text of a language that has spaces around Latin words and numbers only: `{1} 每小时` of `最近 1 天` is `最近 1 天每小时`. What is
 * filled in stays as it is.
 */
function closedUp(text: string, args: (string | number)[] | [Record<string, string | number>]): string {
  const values = (typeof args[0] === 'object' ? args[0] : args) as Record<string, string | number>;
  const filledFor = (name: string): string => (Object.hasOwn(values, name) ? String(values[name]) : `{${name}}`);
  let filled = '';
  for (const [, before = '', name] of text.matchAll(/(.*?)(?:\{(\w+)\}|$)/gsu)) {
    filled +=
      filled !== '' &&
      before.startsWith(' ') &&
      IDEOGRAPH.test(filled.at(-1) ?? '') &&
      IDEOGRAPH.test(before.at(1) ?? '')
        ? before.slice(1)
        : before;
    if (name === undefined) continue;
    const value = filledFor(name);
    if (filled.endsWith(' ') && IDEOGRAPH.test(filled.at(-2) ?? '') && IDEOGRAPH.test(value.at(0) ?? ''))
      filled = filled.slice(0, -1);
    filled += value;
  }
  return filled;
}

/** Sentences one after the other: after a full stop that is as wide as a word there is no space. */
export const sentences = (...texts: (string | undefined)[]): string =>
  texts
    .filter((text) => text !== undefined && text !== '')
    .join(' ')
    .replace(/(?<=[。！？；]) /g, '');

/** A text whose language is chosen later, by whoever shows it. */
export interface Told {
  english: string;
  args: (string | number)[];
}

/** As `t`, for what is told to readers of several languages at once: `inWords` writes it for one of them. */
export const told = (english: string, ...args: (string | number)[]): Told => ({ english, args });

/** What was told, in the reader's language. */
export const inWords = ({ english, args }: Told): string => t(english, ...args);

/** What was told, for logs. */
export const inEnglish = ({ english, args }: Told): string =>
  english.replace(/\{(\d+)\}/g, (place, index) => String(args[Number(index)] ?? place));
