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
  config({ contents: textsNow() ?? ENGLISH });
  return translated(english, ...(args as (string | number)[]));
}

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
