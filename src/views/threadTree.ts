import type { ThreadStateRow } from '../queries/threads.ts';
import type { ThreadUsageRow } from '../queries/threadUsage.ts';
import type { AttributionView, Choice } from './attributionView.ts';
import { compactTokens, label, plural } from './format.ts';
import { groupBy } from './groupBy.ts';
import { t } from './text.ts';

/** A thread's name as people read it: foreign text, cleaned but not escaped. */
export const threadName = (thread: Pick<ThreadStateRow, 'thread' | 'agentName'>): string =>
  thread.thread === 'main' ? t('Main thread') : label(thread.agentName, 60);

/** `12 turns · 340k tokens`; empty for a thread without a request. */
export function threadFigures(usage: ThreadUsageRow | undefined, locale: string): string {
  if (usage === undefined) return '';
  return plural(
    usage.turns,
    '{0} turn · {1} tokens',
    '{0} turns · {1} tokens',
    locale,
    compactTokens(usage.totalTokens, locale),
  );
}

/** All threads of a session, each below the one that launched it, in order of their first requests. */
export function threadChoices(
  session: { threads: readonly ThreadStateRow[]; usage: readonly ThreadUsageRow[]; thread: ThreadStateRow },
  locale: string,
): Choice[] {
  const { threads, usage } = session;
  const order = new Map(usage.map((row, i) => [row.thread, i]));
  const place = (thread: ThreadStateRow): number => order.get(thread.thread) ?? usage.length;
  const below = groupBy(threads.filter(isSubagent), (thread) => parentOf(threads, thread));
  const seen = new Set<string>();
  const walk = (thread: ThreadStateRow, level: number): Choice[] => {
    if (seen.has(thread.thread)) return [];
    seen.add(thread.thread);
    const children = (below.get(thread.thread) ?? []).toSorted((a, b) => place(a) - place(b));
    const figures = threadFigures(
      usage.find((row) => row.thread === thread.thread),
      locale,
    );
    return [
      {
        key: thread.thread,
        label: threadName(thread),
        ...(figures === '' ? {} : { detail: figures }),
        level,
        selected: thread.thread === session.thread.thread,
      },
      ...children.flatMap((child) => walk(child, level + 1)),
    ];
  };
  const roots = threads.filter((thread) => !isSubagent(thread));
  // a ring of parents, which only a broken transcript has, is reached from none of them
  return [...roots, ...threads].flatMap((thread) => walk(thread, 0));
}

/** From the main thread to the given one; empty for the main thread itself. */
export function threadPath(threads: readonly ThreadStateRow[], thread: ThreadStateRow): AttributionView['path'] {
  const path: ThreadStateRow[] = [];
  for (let at: ThreadStateRow | undefined = thread; at !== undefined && !path.includes(at); ) {
    path.unshift(at);
    const parent: string | undefined = isSubagent(at) ? parentOf(threads, at) : undefined;
    at = threads.find((row) => row.thread === parent);
  }
  return path.length > 1 ? path.map((row) => ({ key: row.thread, label: threadName(row) })) : [];
}

/** The thread that launched a subagent; the main one where nobody tells. */
export function parentOf(threads: readonly ThreadStateRow[], thread: ThreadStateRow): string {
  const stated = thread.parentThread;
  return stated !== null && threads.some((row) => row.thread === stated) ? stated : 'main';
}

const isSubagent = (thread: ThreadStateRow): boolean => thread.thread !== 'main';
