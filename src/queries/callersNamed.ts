import type { Reader } from '../store/reader.ts';
import { maskOf } from './callerMask.ts';

/** Names under which a request is found: its agent, subagent, provider, model, and its session's title, id, workspace, account and user. */
interface NameRow {
  /** Session row id; 0 for names of callers. */
  id: number;
  name: string;
  more: string;
}

/**
 * The callers in whose names a word stands, whatever the case; their marks by id. Every letter is compared as a person would, which SQL
 * does only for ASCII.
 *
 * @param agentLabels names of agents as they are shown
 */
export function callersNamed(reader: Reader, word: string, agentLabels: Record<string, string>): Uint8Array {
  const wanted = word.toLowerCase();
  const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
  const sessions: number[] = [];
  for (const { id, name, more } of sessionNames(reader))
    if (holds(more) || holds(name) || holds(agentLabels[name] ?? '')) sessions.push(id);
  const names = callerNames(reader).flatMap(({ name }) => (holds(name) ? [name] : []));
  return maskOf(
    reader.numbers(
      `SELECT id FROM callers WHERE session_id IN (SELECT value FROM json_each(:sessions))
        OR agent_name IN (SELECT value FROM json_each(:names)) OR provider IN (SELECT value FROM json_each(:names))
        OR model IN (SELECT value FROM json_each(:names)) OR account IN (SELECT value FROM json_each(:names))`,
      { ':sessions': JSON.stringify(sessions), ':names': JSON.stringify(names) },
    ),
  );
}

const sessionNames = (reader: Reader): NameRow[] =>
  reader.all<NameRow>(
    `SELECT id, agent AS name, concat_ws(char(10), title, session_key, workspace, account, user) AS more FROM sessions`,
  );

const callerNames = (reader: Reader): NameRow[] =>
  reader.all<NameRow>(
    `SELECT 0 AS id, agent_name AS name, '' AS more FROM callers UNION SELECT 0, provider, '' FROM callers
    UNION SELECT 0, model, '' FROM callers UNION SELECT 0, account, '' FROM callers WHERE account IS NOT NULL`,
  );
