import { type Fields, fields, text } from './fields.ts';
import { promptBlocks } from './geminiContent.ts';
import { markOf } from './seenMarks.ts';

/** What a list of all messages changes. */
export interface ListChange {
  messages: (Fields & { id: string })[];
  /** Marks of the messages, in order. */
  marks: string[];
  /** Messages that the conversation did not have. */
  added: (Fields & { id: string })[];
  /** Only what the agent opens a session with: a start or a resume, whose messages follow. */
  isStart: boolean;
  /** Something stands in the place of a part. Ids that all changed at once are no compaction: then nothing is shorter. */
  isCompaction: boolean;
}

/** Compares a list of messages with the conversation so far, or `undefined` when it is no list. */
export function listChange(value: unknown, live: readonly string[]): ListChange | undefined {
  if (!Array.isArray(value)) return undefined;
  const messages = value.map(fields).filter((message) => text(message?.id) !== undefined) as ListChange['messages'];
  const marks = messages.map((message) => markOf(message.id));
  const now = new Set(marks);
  const before = new Set(live);
  const added = messages.filter((_, index) => !before.has(marks[index] ?? ''));
  const isStart = messages.every((message) => promptBlocks(message.content).every((block) => block.role === 'system'));
  const isShorter = marks.length < live.length && live.some((mark) => !now.has(mark));
  return { messages, marks, added, isStart, isCompaction: !isStart && isShorter && added.length > 0 };
}
