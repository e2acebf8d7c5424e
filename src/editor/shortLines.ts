import { textWidth } from '../views/textWidth.ts';

/** Size of a hover's text, in pixels of an editor that is not zoomed. */
const FONT_PX = 13;
/**
 * VS Code lays a hover out with texts of at most 500 pixels, decides on which side of its item it stands, and only then allows 700: a line
 * between the two makes the hover jump away from its item. Widths are estimated for wide fonts, a heading is bold.
 */
const LINE_PX = 440;

/** Whether a text stands on one line of a hover. */
export const fitsLine = (text: string): boolean => textWidth(text, FONT_PX) <= LINE_PX;

/** A text in lines that a hover does not break: at spaces, between ideographs, and inside of what is longer than a line. */
export function shortLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.match(PARTS) ?? []) {
    if (line !== '' && !fitsLine(line + part.trimEnd())) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += part;
    while (!fitsLine(line.trimEnd())) {
      const end = fittingLength(line);
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  return [...lines, line.trimEnd()];
}

/** A word with the spaces after it, or one character of a script that has no spaces. */
const PARTS =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}][\p{P}\s]*|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+\s*|\s+/gu;

/** How many code units of the beginning fit on a line; at least one character. */
function fittingLength(text: string): number {
  let end = 0;
  for (const character of text) {
    if (end > 0 && !fitsLine(text.slice(0, end + character.length))) break;
    end += character.length;
  }
  return end;
}
