import type { Kind } from '../ledger/kind.ts';
import { FIXED_KINDS, mcpServer } from '../ledger/kind.ts';
import type { BarSegment, BarView } from './barView.ts';
import { compactTokens, exactNumber, label, percent } from './format.ts';

/** How many segments have a place of their own when there are more kinds than fit. */
const NAMED_SEGMENTS = 3;

const KIND_LABELS: Record<(typeof FIXED_KINDS)[number], string> = {
  system: 'System',
  memory: 'Memory',
  user: 'You',
  model: 'Model',
  summary: 'Summary',
  read: 'Read',
  edit: 'Edit',
  write: 'Write',
  bash: 'Bash',
  search: 'Search',
  web: 'Web',
  task: 'Subagents',
  todo: 'Plan',
  other: 'Other tools',
  unattributed: 'Unattributed',
};

/** A kind as people read it; an MCP server's name is foreign text, cleaned but not escaped. */
export function kindLabel(kind: Kind): string {
  const server = mcpServer(kind);
  if (server !== undefined) return `MCP ${label(server, 40)}`;
  return KIND_LABELS[kind as keyof typeof KIND_LABELS] ?? label(kind, 40);
}

/**
 * Adds up parts of the same kind and draws the bar: the largest three, and the rest as one where more than four kinds exist.
 *
 * @param legendRows the smallest kinds beyond so many rows are one row of the legend
 */
export function barView(
  parts: Iterable<{ kind: Kind; tokens: number }>,
  locale: string,
  legendRows = Number.POSITIVE_INFINITY,
): BarView {
  const byKind = new Map<Kind, number>();
  for (const { kind, tokens } of parts) if (tokens > 0) byKind.set(kind, (byKind.get(kind) ?? 0) + tokens);
  const tokens = [...byKind.values()].reduce((sum, part) => sum + part, 0);
  const segment = (kind: BarSegment['kind'], name: string, size: number): BarSegment => ({
    kind,
    label: name,
    tokens: size,
    tokensLabel: compactTokens(size, locale),
    exactLabel: exactNumber(size, locale),
    share: size / tokens,
    shareLabel: percent(size / tokens, locale),
  });
  const order = (kind: Kind): number => {
    const index = (FIXED_KINDS as readonly Kind[]).indexOf(kind);
    return index < 0 ? FIXED_KINDS.length : index;
  };
  const all = [...byKind]
    .toSorted(([a, left], [b, right]) => right - left || order(a) - order(b) || (a < b ? -1 : 1))
    .map(([kind, size]) => segment(kind, kindLabel(kind), size));
  const first = (count: number): BarSegment[] => {
    const rest = all.slice(count);
    if (rest.length <= 1) return all;
    const restTokens = rest.reduce((sum, part) => sum + part.tokens, 0);
    return [...all.slice(0, count), segment('rest', `other (${rest.length} kinds)`, restTokens)];
  };
  const segments = first(NAMED_SEGMENTS);
  const legend = all.length > legendRows ? first(legendRows - 1) : all;
  const text =
    tokens === 0
      ? 'No tokens yet.'
      : `${compactTokens(tokens, locale)} tokens: ${legend.map((part) => `${part.label} ${part.shareLabel}`).join(', ')}.`;
  return { tokens, tokensLabel: compactTokens(tokens, locale), segments, legend, text };
}
