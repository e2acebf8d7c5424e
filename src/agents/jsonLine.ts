import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading } from './agent.ts';
import type { AgentEvent } from './event.ts';
import { type Fields, fields, parseJson } from './fields.ts';

/**
 * The reading of a record that is one JSON object.
 *
 * @param read adds the line's events to `events`; returns why it was refused (`?` and its kind when that is unknown), or `undefined`
 * @param lineOf what matters of the record, where a scanner found it. Default: all of it
 */
export function readJsonLine(
  record: TranscriptRecord,
  events: AgentEvent[],
  read: (line: Fields) => string | undefined,
  lineOf: (record: TranscriptRecord) => Fields | undefined = ({ bytes }) => fields(parseJson(bytes)),
): RecordReading {
  const line = lineOf(record);
  if (!line) return { events: [], outcome: 'rejected', detail: 'not a JSON object' };
  const refused = read(line);
  return readingOf(events, refused);
}

/** What became of a record that was refused for a reason (`?` and its kind when that is unknown), or for none. */
export function readingOf(events: AgentEvent[], refused: string | undefined): RecordReading {
  if (refused === undefined) return { events, outcome: 'read' };
  return { events, outcome: refused.startsWith('?') ? 'unknown' : 'rejected', detail: refused.replace(/^\?/, '') };
}
