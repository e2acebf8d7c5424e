/** A name and a value as HTTP allows them: no line can be slipped in. */
const HEADER = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*[:=]\s*([\t\x20-\x7e]*?)\s*$/;

/** Headers as people write them, `Name: value` or `name=value`, with a semicolon or a new line between; what is none is left out. */
export function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split(/[\n;]/)) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name && value) headers[name] = value;
  }
  return headers;
}
