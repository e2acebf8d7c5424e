import type { TranscriptRecord } from '../transcripts/record.ts';
import { START, TEXT, type Wanted, type WantedObject } from '../transcripts/wanted.ts';
import { type Fields, fields, parseJson } from './fields.ts';

const NUMBER = TEXT;

const media: Wanted = { object: { fields: { mimeType: TEXT } } };

/** What `geminiTool` looks at, and the length of all. */
const toolArgs: WantedObject = {
  sized: true,
  fields: {
    paths: TEXT,
    include: TEXT,
    file_path: TEXT,
    absolute_path: TEXT,
    path: TEXT,
    dir_path: TEXT,
    notebook_path: TEXT,
    command: TEXT,
    url: TEXT,
    prompt: TEXT,
    agent_name: TEXT,
    subagent_type: TEXT,
    skill: TEXT,
    name: TEXT,
  },
};

/** A text or something else of which only the length as JSON matters. */
const sized: Wanted = { text: 'size', object: { sized: true, fields: {} } };

const part: WantedObject = {
  fields: {
    text: START,
    thought: TEXT,
    inlineData: media,
    fileData: media,
    functionCall: {
      object: { fields: { name: TEXT, id: TEXT, args: { text: 'size', object: toolArgs } } },
    },
    functionResponse: {
      object: {
        fields: {
          id: TEXT,
          response: { text: 'size', object: { sized: true, fields: { output: sized, error: sized } } },
          parts: { text: 'size', list: { text: 'size', object: { fields: { inlineData: media, fileData: media } } } },
        },
      },
    },
  },
};

const content: Wanted = { text: 'start', object: part, list: { text: 'start', object: part } };

/** What `readQwenRecords` needs of the rows that are many or large: not what a tool showed its user, which stands beside its result. */
export const QWEN_WANTED: WantedObject = {
  fields: {
    type: TEXT,
    subtype: TEXT,
    uuid: TEXT,
    parentUuid: TEXT,
    timestamp: TEXT,
    isSidechain: TEXT,
    agentId: TEXT,
    agentName: TEXT,
    provenance: TEXT,
    cwd: TEXT,
    gitBranch: TEXT,
    version: TEXT,
    model: TEXT,
    contextWindowSize: NUMBER,
    forkedFrom: { object: { fields: { sessionId: TEXT } } },
    message: { object: { fields: { parts: content, content } } },
    usageMetadata: {
      object: {
        fields: {
          promptTokenCount: NUMBER,
          candidatesTokenCount: NUMBER,
          cachedContentTokenCount: NUMBER,
          thoughtsTokenCount: NUMBER,
          toolUsePromptTokenCount: NUMBER,
          totalTokenCount: NUMBER,
        },
      },
    },
  },
};

/** A row, or at least what matters of it; `undefined` when it is no JSON object. System rows are small and of many kinds: read whole. */
export function qwenRow(record: TranscriptRecord): Fields | undefined {
  const row = record.value as Fields | undefined;
  return row && row.type !== 'system' ? row : fields(parseJson(record.bytes));
}
