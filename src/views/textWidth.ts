/**
 * Text widths without a font to measure: a chart is also drawn where there is no page. Widths are of the wider common system fonts
 * (Segoe UI, San Francisco, Ubuntu), in parts of the font size, so an estimate is rather too wide than too narrow.
 */
const NARROW = new Set("iljtfrI.,:;'|!()[]{}/\\ \u00a0·".split(''));
const WIDE = new Set('mwMWOQG@%—…'.split(''));

function characterWidth(character: string): number {
  if (NARROW.has(character)) return 0.36;
  if (WIDE.has(character)) return 0.92;
  if ((character.codePointAt(0) ?? 0) >= 0x1100) return 1.1;
  return character >= 'A' && character <= 'Z' ? 0.7 : 0.58;
}

/** Estimated width of one line of text in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width * fontSize;
}

/** The text, or as much of its start as fits into `width` pixels with an ellipsis; empty when not even that fits. */
export function ellipsise(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let room = width / fontSize - characterWidth('…');
  let kept = '';
  for (const character of text) {
    room -= characterWidth(character);
    if (room < 0) break;
    kept += character;
  }
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}
