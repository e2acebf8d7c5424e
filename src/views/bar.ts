import type { Kind } from '../ledger/kind.ts';
import { FIXED_KINDS, mcpServer } from '../ledger/kind.ts';
import type { BarSegment, BarView } from './barView.ts';
import { compactTokens, exactNumber, label, listed, percent } from './format.ts';
import { t } from './text.ts';

/** How many segments have a place of their own when there are more kinds than fit. */
const NAMED_SEGMENTS = 3;

const KIND_LABELS: Record<(typeof FIXED_KINDS)[number], () => string> = {
  system: () => t('System'),
  memory: () => t('Memory'),
  user: () => t('You'),
  model: () => t('Model'),
  summary: () => t('Summary'),
  read: () => t('Read'),
  edit: () => t('Edit'),
  write: () => t('Write'),
  bash: () => t('Bash'),
  search: () => t('Search'),
  web: () => t('Web'),
  task: () => t('Subagents'),
  todo: () => t('Plan'),
  other: () => t('Other tools'),
  unattributed: () => t('Unattributed'),
};

/** A kind as people read it; an MCP server's name is foreign text, cleaned but not escaped. */
export function kindLabel(kind: Kind): string {
  const server = mcpServer(kind);
  if (server !== undefined) return t('MCP {0}', label(server, 40));
  return Object.hasOwn(KIND_LABELS, kind) ? KIND_LABELS[kind as keyof typeof KIND_LABELS]() : label(kind, 40);
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
    return [...all.slice(0, count), segment('rest', t('other ({0} kinds)', rest.length), restTokens)];
  };
  const segments = first(NAMED_SEGMENTS);
  const legend = all.length > legendRows ? first(legendRows - 1) : all;
  const text =
    tokens === 0
      ? t('No tokens yet.')
      : t(
          '{0} tokens: {1}.',
          compactTokens(tokens, locale),
          listed(legend.map((part) => `${part.label} ${part.shareLabel}`)),
        );
  return { tokens, tokensLabel: compactTokens(tokens, locale), segments, legend, text };
}
