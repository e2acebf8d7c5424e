import { Refusal } from './refusal.ts';

/** The parameters of an address: each once, but for those that may be given several times. */
export type Query = Record<string, string[]>;

/**
 * Takes an address apart as it stands: nothing is normalised, so there is one spelling of each path. Throws `Refusal`.
 *
 * @param url as the request line has it
 */
export function splitUrl(url: string): { path: string; search: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, search: '' } : { path: url.slice(0, mark), search: url.slice(mark + 1) };
}

/**
 * Reads the parameters. Unknown and repeated ones, damaged escapes and control characters are mistakes rather than anything to guess at.
 *
 * @param known what may be given; `true` = several times
 */
export function parseQuery(search: string, known: Record<string, boolean>): Query {
  const query: Query = {};
  for (const part of search.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const name = decoded(mark < 0 ? part : part.slice(0, mark));
    const value = decoded(mark < 0 ? '' : part.slice(mark + 1));
    if (!Object.hasOwn(known, name))
      throw new Refusal(400, `The parameters here are ${Object.keys(known).join(', ') || 'none'}.`);
    const values = Object.hasOwn(query, name) ? (query[name] ?? []) : [];
    if (values.length > 0 && !known[name]) throw new Refusal(400, 'This parameter is given once.', { parameter: name });
    query[name] = [...values, value];
  }
  return query;
}

function decoded(text: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'A percent sign is followed by two hexadecimal digits, which are UTF-8.');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(plain)) throw new Refusal(400, 'Parameters hold no control characters.');
  return plain;
}
