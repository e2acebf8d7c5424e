/** A cell that a spreadsheet would take for a formula, and one that is marked as none. */
const FORMULA = /^[=+\-@\t\r']/;

/** One line of CSV (RFC 4180). Texts that a spreadsheet would run get a mark in front, which `csvLines` takes away. */
export function csvRow(cells: readonly (string | number)[]): string {
  return cells
    .map((cell) => {
      if (typeof cell === 'number') return String(cell);
      const text = FORMULA.test(cell) ? `'${cell}` : cell;
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}

/** The rows of a CSV text, each with the line on which it begins; or the line whose quotation mark is not closed. */
export function csvLines(text: string): { rows: { line: number; cells: string[] }[] } | { line: number } {
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const row = { line, cells: [] as string[] };
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        const begun = line;
        for (at++; ; at++) {
          if (at >= text.length) return { line: begun };
          if (text[at] !== '"') cell += text[at];
          else if (text[at + 1] === '"') cell += text[at++];
          else break;
          if (text[at] === '\n') line++;
        }
        at++;
      }
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') cell += text[at++];
      row.cells.push(FORMULA.test(cell.slice(1)) && cell.startsWith("'") ? cell.slice(1) : cell);
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    rows.push(row);
  }
  return { rows };
}
