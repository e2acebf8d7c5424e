import { MAIN_THREAD } from '../agents/event.ts';
import { parseSessionKey } from '../queries/sessionKey.ts';
import { type LiveSessionRow, liveSessions } from '../queries/sessions.ts';
import { sessionThreads } from '../queries/threads.ts';
import type { Reader } from '../store/reader.ts';
import type { MeterInput } from '../views/meter.ts';

/** How many threads are looked at to find the main one of a workspace. */
const SEARCHED_SESSIONS = 200;

/** A machine's clock and that of whoever wrote a transcript may differ by so much. */
const AHEAD_MS = 5 * 60_000;

/** Whether a time cannot be: it was told before the clock was set back. */
const liesAhead = (atMs: number, nowMs: number): boolean => atMs - nowMs > AHEAD_MS;

/**
 * The main threads that were written to last, the newest first. After the clock was set back what was written before lies ahead of it, for
 * days maybe: such a session comes after all others, unless the time of its file says that it went on since.
 */
export function newestSessions(reader: Reader, nowMs: number): LiveSessionRow[] {
  const sessions = liveSessions(reader, SEARCHED_SESSIONS).filter((session) => session.thread === MAIN_THREAD);
  if (!sessions.some(({ lastAtMs }) => liesAhead(lastAtMs, nowMs))) return sessions;
  return sessions
    .map((session) =>
      liesAhead(session.lastAtMs, nowMs) && !liesAhead(session.fileAtMs, nowMs)
        ? { ...session, lastAtMs: session.fileAtMs }
        : session,
    )
    .sort((a, b) => +liesAhead(a.lastAtMs, nowMs) - +liesAhead(b.lastAtMs, nowMs) || b.lastAtMs - a.lastAtMs);
}

/** The most recently written session in one of the folders; else the most recent of all, marked as elsewhere when folders are open. */
export function liveIn(
  reader: Reader,
  { folders, nowMs }: { folders: readonly string[]; nowMs: number },
): Pick<NonNullable<MeterInput['live']>, 'session' | 'thread' | 'isElsewhere'> | undefined {
  const sessions = newestSessions(reader, nowMs);
  const here = sessions.find(({ workspace }) => workspace && folders.some((folder) => liesIn(workspace, folder)));
  const session = here ?? sessions[0];
  if (!session) return undefined;
  const thread = sessionThreads(reader, session.agent, session.sessionId).find((row) => row.thread === MAIN_THREAD);
  if (!thread) return undefined;
  return { session, thread: { ...thread, lastAtMs: session.lastAtMs }, isElsewhere: !here && folders.length > 0 };
}

function liesIn(path: string, folder: string): boolean {
  const inner = plainPath(path);
  const outer = plainPath(folder);
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

/** Editors and agents write the same Windows path with other drive letters and slashes. */
function plainPath(path: string): string {
  const slashed = path.replaceAll('\\', '/').replace(/^[A-Za-z]:/, (drive) => drive.toLowerCase());
  return slashed.replace(/(?<=.)\/+$/, '');
}

/** An older session than those on offer can still be asked for by its key. */
export function sessionByKey(reader: Reader, offered: LiveSessionRow[], key: string): LiveSessionRow | undefined {
  const found = offered.find((session) => session.key === key);
  const asked = parseSessionKey(key);
  if (found || !asked) return found;
  return liveSessions(reader, Number.MAX_SAFE_INTEGER, [asked.agent]).find((session) => session.key === key);
}
