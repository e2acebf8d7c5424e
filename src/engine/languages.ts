import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { speak, type Texts } from '../views/text.ts';

/** Languages, besides English, in which the engine answers. */
const LANGUAGES: readonly string[] = ['zh-cn'];

const here = path.dirname(fileURLToPath(import.meta.url));
const read = new Map<string, Texts>();

/** The texts of a locale: beside the bundle, or where the source tree has them. English without a file. */
function textsOf(locale: string): Texts | undefined {
  const language = locale.toLowerCase();
  if (!LANGUAGES.includes(language)) return undefined;
  const known = read.get(language);
  if (known) return known;
  const name = path.join('l10n', `bundle.l10n.${language}.json`);
  const file = [path.join(here, name), path.join(here, '..', name)].find((place) => existsSync(place));
  const texts: Texts = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
  read.set(language, texts);
  return texts;
}

/** Who asks: kept over whatever an answer waits for, as others ask meanwhile. */
const asker = new AsyncLocalStorage<string>();

/** Gives an answer in a language, whatever language others are answered in meanwhile. English without a locale. */
export function inLanguage<Answer>(locale: string | undefined, answer: () => Answer): Answer {
  speak(() => textsOf(asker.getStore() ?? 'en'));
  return asker.run(locale ?? 'en', answer);
}

/** The same questions, each answered in the language of whoever asks: the `locale` in the request, English without one. */
export function inAskersLanguage<Questions extends Record<keyof Questions, (...asked: never[]) => unknown>>(
  questions: Questions,
): Questions {
  const spoken = Object.entries<(...asked: never[]) => unknown>(questions).map(([name, answer]) => [
    name,
    (...asked: never[]) => inLanguage(localeIn(asked[0]), () => answer(...asked)),
  ]);
  return Object.fromEntries(spoken) as Questions;
}

const localeIn = (request: { locale?: unknown } | undefined): string | undefined =>
  typeof request?.locale === 'string' ? request.locale : undefined;
