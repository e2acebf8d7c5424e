import { label } from '../views/format.ts';

/** A word joiner: nothing to the eye, but it breaks up what an editor would make an icon or a link of. */
export const JOINER = '\u2060';

/** Text without the beginnings of icons (`$(x)`), addresses (`http://`, `www.`, `a@b`) and Markdown links (`](`). */
export function defused(text: string): string {
  return text
    .replace(/\$\(/g, `$${JOINER}(`)
    .replace(/:\/\//g, `:${JOINER}//`)
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}${JOINER}.`)
    .replace(/@/g, `@${JOINER}`)
    .replace(/\]\(/g, `]${JOINER}(`);
}

/** Foreign text for a list or a message of the editor: one line, no icons, no links. */
export const plainLabel = (text: string, length?: number): string => defused(label(text, length));
