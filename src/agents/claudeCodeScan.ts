import type { TranscriptRecord } from '../transcripts/record.ts';
import { SIZE, START, TEXT, type Wanted, type WantedObject } from '../transcripts/wanted.ts';
import { type Fields, fields, parseJson } from './fields.ts';

const NUMBER = TEXT;
const UNNEEDED: Wanted = { nothing: true };

const cacheCreation: Wanted = {
  object: { fields: { ephemeral_5m_input_tokens: NUMBER, ephemeral_1h_input_tokens: NUMBER } },
};
/** One sampling of a reply, or a call of its advisor. */
const iteration: Wanted = {
  object: {
    fields: {
      type: TEXT,
      model: TEXT,
      input_tokens: NUMBER,
      cache_creation_input_tokens: NUMBER,
      cache_read_input_tokens: NUMBER,
      output_tokens: NUMBER,
      cache_creation: cacheCreation,
    },
  },
};

const usage: WantedObject = {
  // A field that is not known is told: then all of it is needed.
  strict: true,
  fields: {
    input_tokens: NUMBER,
    cache_creation_input_tokens: NUMBER,
    cache_read_input_tokens: NUMBER,
    output_tokens: NUMBER,
    cache_creation: cacheCreation,
    output_tokens_details: { object: { fields: { thinking_tokens: NUMBER } } },
    server_tool_use: { object: { fields: { web_search_requests: NUMBER } } },
    service_tier: TEXT,
    speed: TEXT,
    fallback_credit: UNNEEDED,
    inference_geo: UNNEEDED,
    iterations: { list: iteration },
  },
};

/** A part of a tool's result: a text, or something else of which the size is told. */
const resultPart: Wanted = { object: { sized: true, fields: { type: TEXT, text: SIZE } }, text: 'size' };

const toolInput: WantedObject = {
  sized: true,
  fields: {
    file_path: TEXT,
    notebook_path: TEXT,
    path: TEXT,
    command: TEXT,
    url: TEXT,
    subagent_type: TEXT,
    skill: TEXT,
    prompt: START,
  },
};

const contentBlock: WantedObject = {
  fields: {
    type: TEXT,
    id: TEXT,
    name: TEXT,
    tool_use_id: TEXT,
    text: START,
    thinking: SIZE,
    input: { text: 'size', object: toolInput },
    content: { text: 'size', list: resultPart },
    source: { object: { fields: { data: SIZE } } },
  },
};

const forkedFrom: Wanted = { object: { fields: { sessionId: TEXT } } };

const message: Wanted = {
  object: {
    fields: {
      id: TEXT,
      model: TEXT,
      stop_reason: TEXT,
      stop_details: { object: { fields: {} } },
      usage: { object: usage },
      content: { text: 'start', list: { text: 'size', object: contentBlock } },
    },
  },
};

/** What a progress row holds: of a subagent's, a whole row of its. */
const progress: Wanted = {
  object: {
    fields: {
      type: TEXT,
      agentId: TEXT,
      message: {
        object: {
          fields: {
            type: TEXT,
            uuid: TEXT,
            timestamp: TEXT,
            sessionId: TEXT,
            requestId: TEXT,
            version: TEXT,
            requestedModel: TEXT,
            forkedFrom,
            message,
          },
        },
      },
    },
  },
};

/** What `readClaudeRecords` needs of the rows that are many or large. */
export const CLAUDE_WANTED: WantedObject = {
  fields: {
    type: TEXT,
    uuid: TEXT,
    parentUuid: TEXT,
    timestamp: TEXT,
    sessionId: TEXT,
    requestId: TEXT,
    agentId: TEXT,
    isSidechain: TEXT,
    isMeta: TEXT,
    isCompactSummary: TEXT,
    isVisibleInTranscriptOnly: TEXT,
    origin: { object: { fields: { kind: TEXT } } },
    promptSource: TEXT,
    cwd: TEXT,
    gitBranch: TEXT,
    version: TEXT,
    requestedModel: TEXT,
    forkedFrom,
    message,
    data: progress,
    parentToolUseID: TEXT,
    toolUseResult: {
      text: 'size',
      object: { fields: { agentId: TEXT, agentType: TEXT, searchCount: NUMBER } },
      list: UNNEEDED,
    },
  },
};

/** Rows of these kinds are few, and told by more than their usual fields. */
const WHOLE_ROWS = new Set<unknown>([
  'attachment',
  'system',
  'api-request-shape',
  'cost-state',
  'ai-title',
  'custom-title',
]);

/** A row, or at least what matters of it; `undefined` when it is no JSON object. */
export function claudeRow(record: TranscriptRecord): Fields | undefined {
  const row = record.value as Fields | undefined;
  // Most are of these two kinds.
  if (row && (row.type === 'assistant' || row.type === 'user')) return row;
  return row && !WHOLE_ROWS.has(row.type) ? row : fields(parseJson(record.bytes));
}
