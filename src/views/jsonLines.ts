/**
 * On which line each entry of a list begins, in a JSON text that parses.
 *
 * @param of the name of the list in the outermost object; the outermost list without
 */
export function entryLines(text: string, of: string | undefined): number[] {
  const lines: number[] = [];
  const wanted = of === undefined ? 1 : 2;
  let line = 1;
  let depth = 0;
  let isInList = of === undefined;
  let name = '';
  let expectsEntry = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\n') line++;
    if (/\s/.test(character)) continue;
    if (expectsEntry && isInList && depth === wanted && character !== ']') {
      lines.push(line);
      expectsEntry = false;
    }
    if (character === '"') {
      const from = at++;
      for (; text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (depth === 1 && of !== undefined) name = JSON.parse(text.slice(from, at + 1)) as string;
    } else if (character === '[' || character === '{') {
      depth++;
      if (depth === wanted && character === '[') {
        isInList = of === undefined || name === of;
        expectsEntry = true;
        if (isInList) lines.length = 0;
      }
    } else if (character === ']' || character === '}') {
      depth--;
      if (depth < wanted) isInList = of === undefined;
    } else if (character === ',' && depth === wanted) expectsEntry = true;
  }
  return lines;
}
