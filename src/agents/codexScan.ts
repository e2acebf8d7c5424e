import type { TranscriptRecord } from '../transcripts/record.ts';
import { SIZE, START, TEXT, type Wanted, type WantedObject } from '../transcripts/wanted.ts';
import type { CodexState } from './codexState.ts';
import { type Fields, fields, parseJson, text } from './fields.ts';

const NUMBER = TEXT;

const usage: Wanted = {
  object: {
    // A field that is not known is told: then all of it is needed.
    strict: true,
    fields: {
      input_tokens: NUMBER,
      cached_input_tokens: NUMBER,
      cache_write_input_tokens: NUMBER,
      output_tokens: NUMBER,
      reasoning_output_tokens: NUMBER,
      total_tokens: NUMBER,
    },
  },
};

const quota: Wanted = {
  object: {
    fields: { used_percent: NUMBER, window_minutes: NUMBER, resets_at: NUMBER, resets_in_seconds: NUMBER },
  },
};

/** Texts of a message. */
const messageParts: Wanted = { text: 'start', list: { object: { fields: { type: TEXT, text: START } } } };
const thoughts: Wanted = { text: 'size', list: { object: { fields: { text: SIZE } } } };
/** A part of a tool's output: a text, or something else of which the size is told. */
const outputParts: Wanted = {
  text: 'size',
  list: { text: 'size', object: { sized: true, fields: { type: TEXT, text: SIZE } } },
};

/** A piece of the conversation: what `codexItem` needs of it. */
const item: Record<string, Wanted> = {
  type: TEXT,
  role: TEXT,
  id: TEXT,
  call_id: TEXT,
  name: TEXT,
  namespace: TEXT,
  arguments: TEXT,
  input: TEXT,
  action: TEXT,
  content: messageParts,
  summary: thoughts,
  output: { text: 'size', list: outputParts.list, object: { sized: true, fields: { content: outputParts } } },
  tools: { list: { text: 'size', object: { sized: true, fields: { type: TEXT, text: SIZE, name: TEXT } } } },
};

/** What `readCodexRecords` needs of the records that are many or large. */
export const CODEX_WANTED: WantedObject = {
  fields: {
    timestamp: TEXT,
    type: TEXT,
    payload: {
      object: {
        fields: {
          ...item,
          internal_chat_message_metadata_passthrough: { object: { fields: { turn_id: TEXT } } },
          // What a compaction keeps.
          message: SIZE,
          replacement_history: { list: { object: { fields: item } } },
          // Events, and the context of a turn.
          info: {
            object: {
              fields: { total_token_usage: usage, last_token_usage: usage, model_context_window: NUMBER, model: TEXT },
            },
          },
          rate_limits: {
            object: {
              fields: {
                limit_id: TEXT,
                plan_type: TEXT,
                primary: quota,
                secondary: quota,
                individual_limit: { object: { fields: { remaining_percent: NUMBER, resets_at: NUMBER } } },
                rate_limit_reached_type: TEXT,
              },
            },
          },
          turn_id: TEXT,
          model_context_window: NUMBER,
          thread_name: TEXT,
          thread_settings: { object: { fields: { model: TEXT, service_tier: TEXT } } },
          model: TEXT,
          service_tier: TEXT,
          // A record of one call.
          usage,
          thread_token_usage: usage,
          response_id: TEXT,
          thread_id: TEXT,
          // Launches of subagents.
          item: { object: { fields: { type: TEXT, id: TEXT, kind: TEXT, agent_thread_id: TEXT } } },
        },
      },
    },
  },
};

/** Events of these kinds are few, and told by more than the usual fields. */
const WHOLE_EVENTS = new Set<unknown>(['sub_agent_activity', 'collab_agent_spawn_end', 'thread_rolled_back']);

/** A record, or at least what matters of it after the state that the ones before it left; `undefined` when it is no JSON object. */
export function codexLine(record: TranscriptRecord, state: CodexState): Fields | undefined {
  const line = record.value as Fields | undefined;
  const payload = fields(line?.payload);
  return line && payload && isEnough(line, payload, state) ? line : fields(parseJson(record.bytes));
}

function isEnough(line: Fields, payload: Fields, { own, spawns }: CodexState): boolean {
  switch (line.type) {
    case 'response_item':
      // The output of a call that launched a subagent names its thread.
      return spawns.length === 0 || !spawns.includes(payload.call_id as string);
    case 'event_msg':
      return !WHOLE_EVENTS.has(payload.type);
    case 'session_meta':
      // Of a later head only the id matters.
      return own !== undefined && text(payload.id) !== undefined;
    default:
      return true;
  }
}
