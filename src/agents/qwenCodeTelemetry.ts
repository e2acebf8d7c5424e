import { MAIN_THREAD, type ThreadId, type TokenUsage } from './event.ts';
import { type Fields, plainName, text } from './fields.ts';
import { eventUsage, type ThoughtsPlace } from './geminiUsage.ts';

/** A call to a model as the telemetry of the user interface states it. */
export interface QwenCall {
  usage: TokenUsage;
  responseId?: string;
  model?: string;
  /** `main`, a subagent, or the purpose of a call that the agent made for its own ends. */
  thread: ThreadId;
  /** The subagent's type, or the purpose. */
  agentName: string;
  /**
   * A subagent: `byId` where the event bears the id that its own file has, `byPrompt` where it has only one that was made up for the
   * telemetry.
   */
  subagent?: 'byId' | 'byPrompt';
}

/** Events that tell nothing of tokens. */
const SILENT_EVENTS = /\.(tool_call|api_error|api_request|api_cancel|api_retry)$/;

/**
 * The call of a telemetry event; a string says why there is none: `''` when the event is of another kind, `?` and the kind when that is
 * unknown, or what is wrong.
 */
export function qwenCall(event: Fields, placeOf: (model: string) => ThoughtsPlace): QwenCall | string {
  const name = text(event['event.name']) ?? '';
  if (!name.endsWith('.api_response')) return SILENT_EVENTS.test(name) ? '' : `?ui_telemetry/${plainName(name)}`;
  const model = text(event.model);
  const place = event.auth_type === 'gemini' || event.auth_type === 'vertex-ai' ? 'beside' : placeOf(model ?? '');
  const usage = eventUsage(event, place);
  if (!usage) return 'impossible usage';
  const responseId = text(event.response_id);
  return {
    usage,
    ...(responseId === undefined ? {} : { responseId }),
    ...(model === undefined ? {} : { model }),
    ...ownerOf(event),
  };
}

/**
 * Whose call it is. Newer events name the subagent as its file does. Older ones only have the id of the prompt: `<session>########<turn>` of the main thread,
 * `<session>#<subagent>#<round>`, or the purpose and a time (`compress-1795308534005`).
 */
function ownerOf(event: Fields): Pick<QwenCall, 'thread' | 'agentName' | 'subagent'> {
  const prompt = text(event.prompt_id) ?? '';
  const parts = prompt.split('#');
  const id = text(event.subagent_id);
  const agent = id ?? (parts.length === 3 && /^\d+$/.test(parts[2] ?? '') ? parts[1] : undefined);
  const type = text(event.subagent_type) ?? text(event.subagent_name);
  if (agent) {
    const agentName = type ?? agent.replace(/[-_][^-_]*\d[^-_]*$/, '');
    return { thread: agent, agentName, subagent: id === undefined ? 'byPrompt' : 'byId' };
  }
  if (type) return { thread: type, agentName: type };
  // A random id in hexadecimal digits may begin with a word that is none.
  const purpose = /^([a-z][a-z_]*(?:-[a-z_]+)*)[-:_]\d{6,}/.exec(prompt)?.[1];
  return purpose === undefined || /^[0-9a-f-]+$/.test(purpose)
    ? { thread: MAIN_THREAD, agentName: MAIN_THREAD }
    : { thread: purpose, agentName: purpose };
}
