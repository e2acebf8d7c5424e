import type { TranscriptRecord } from '../transcripts/record.ts';
import { SIZE, TEXT, type Wanted, type WantedObject } from '../transcripts/wanted.ts';
import { type Fields, fields, list, parseJson } from './fields.ts';

const NUMBER = TEXT;

const usage: Wanted = {
  object: {
    fields: {
      input: NUMBER,
      output: NUMBER,
      cacheRead: NUMBER,
      cacheWrite: NUMBER,
      cacheWrite1h: NUMBER,
      reasoning: NUMBER,
      cost: { object: { fields: { total: NUMBER } } },
    },
  },
};

/** What `toolTarget` looks at, and the length of all. */
const toolInput: WantedObject = {
  sized: true,
  fields: {
    path: TEXT,
    file_path: TEXT,
    filePath: TEXT,
    command: TEXT,
    cmd: TEXT,
    url: TEXT,
    agent_type: TEXT,
    subagent_type: TEXT,
    agent: TEXT,
  },
};

const contentBlock: WantedObject = {
  fields: {
    type: TEXT,
    text: SIZE,
    thinking: SIZE,
    id: TEXT,
    name: TEXT,
    arguments: { text: 'size', object: toolInput },
  },
};

/** What `readPiRecords` needs of messages, which are many and large. */
export const PI_WANTED: WantedObject = {
  fields: {
    type: TEXT,
    id: TEXT,
    parentId: TEXT,
    timestamp: TEXT,
    message: {
      object: {
        fields: {
          role: TEXT,
          timestamp: TEXT,
          content: { text: 'size', list: { text: 'size', object: contentBlock } },
          usage,
          provider: TEXT,
          model: TEXT,
          responseId: TEXT,
          responseModel: TEXT,
          stopReason: TEXT,
          toolCallId: TEXT,
          toolName: TEXT,
          // Only whether there are any: messages of subagents are read whole.
          details: { object: { fields: { results: { text: 'size', list: { object: { fields: {} } } } } } },
          excludeFromContext: TEXT,
          command: SIZE,
          output: SIZE,
        },
      },
    },
  },
};

/** All other messages and entries are few, and told by more than these fields. */
const SCANNED_ROLES = new Set<unknown>(['user', 'assistant', 'toolResult', 'bashExecution']);

/** An entry, or at least what matters of it; `undefined` when it is no JSON object. */
export function piEntry(record: TranscriptRecord): Fields | undefined {
  const entry = record.value as Fields | undefined;
  const message = fields(entry?.message);
  const isEnough =
    entry?.type === 'message' &&
    SCANNED_ROLES.has(message?.role) &&
    list(fields(message?.details)?.results).length === 0;
  return isEnough ? entry : fields(parseJson(record.bytes));
}
