import type { Reader } from '../store/reader.ts';
import { maskOf } from './callerMask.ts';

/** A session: its agent, and its title, id, workspace, account and user. */
interface NameRow {
  id: number;
  name: string;
  more: string;
}

/** Every name under which a request may be searched for. */
export interface CallerNames {
  /** Of each session: its agent, and the rest in small letters. */
  sessions: { id: number; agent: string; more: string }[];
  /** Of callers, each once, in small letters beside how it is stored. */
  callers: { name: string; small: string }[];
}

/** Reads all names: a search asks them for each of its words. */
export function callerNames(reader: Reader): CallerNames {
  const sessions = reader
    .all<NameRow>(
      `SELECT id, agent AS name, concat_ws(char(10), title, session_key, workspace, account, user) AS more FROM sessions`,
    )
    .map(({ id, name, more }) => ({ id, agent: name, more: more.toLowerCase() }));
  const names = new Set<string>();
  for (const each of reader.all<Record<string, string | null>>(
    'SELECT DISTINCT agent_name, provider, model, account FROM callers',
  ))
    for (const name of Object.values(each)) if (name !== null) names.add(name);
  return { sessions, callers: [...names].map((name) => ({ name, small: name.toLowerCase() })) };
}

/**
 * The callers in whose names a word stands, whatever the case; their marks by id. Every letter is compared as a person would, which SQL
 * does only for ASCII.
 *
 * @param agentLabels names of agents as they are shown
 */
export function callersNamed(
  reader: Reader,
  { sessions, callers }: CallerNames,
  word: string,
  agentLabels: Record<string, string>,
): Uint8Array {
  const wanted = word.toLowerCase();
  const agents = new Map<string, boolean>();
  const isOfAgent = (agent: string): boolean => {
    let found = agents.get(agent);
    if (found === undefined) {
      found = [agent, agentLabels[agent] ?? ''].some((name) => name.toLowerCase().includes(wanted));
      agents.set(agent, found);
    }
    return found;
  };
  const found = sessions.flatMap(({ id, agent, more }) => (more.includes(wanted) || isOfAgent(agent) ? [id] : []));
  const names = callers.flatMap(({ name, small }) => (small.includes(wanted) ? [name] : []));
  return maskOf(
    reader.numbers(
      `SELECT id FROM callers WHERE session_id IN (SELECT value FROM json_each(:sessions))
        OR agent_name IN (SELECT value FROM json_each(:names)) OR provider IN (SELECT value FROM json_each(:names))
        OR model IN (SELECT value FROM json_each(:names)) OR account IN (SELECT value FROM json_each(:names))`,
      { ':sessions': JSON.stringify(found), ':names': JSON.stringify(names) },
    ),
  );
}
