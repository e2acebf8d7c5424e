const TAG = /<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;

/** What keeps a text from being well-formed XML of one element, or `undefined`. Comments and CDATA count as a problem: none is expected. */
export function xmlProblem(xml: string): string | undefined {
  const open: string[] = [];
  if (BARE_AMPERSAND.test(xml)) return 'an ampersand that is no reference';
  for (let at = 0; at < xml.length; ) {
    if (at > 0 && open.length === 0) return `something after the end, at ${at}`;
    TAG.lastIndex = TEXT.lastIndex = at;
    const tag = TAG.exec(xml);
    const length = tag?.[0].length ?? TEXT.exec(xml)?.[0].length ?? 0;
    if (length === 0) return `no tag and no text at ${at}: ${xml.slice(at, at + 40)}`;
    if (tag?.[1] === '/' && open.pop() !== tag[2]) return `</${tag[2]}> closes something else at ${at}`;
    if (tag && tag[1] !== '/' && tag[4] !== '/') open.push(tag[2] ?? '');
    at += length;
  }
  return open.length > 0 ? `<${open.join('><')}> stays open` : undefined;
}
