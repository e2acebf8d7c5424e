import { clineTimeMs } from './clineTime.ts';
import { clineTool, XML_TOOLS, xmlTool } from './clineTools.ts';
import type { BlockEvent, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';

/** A block that still lacks its place. */
export type ClineBlock = Omit<BlockEvent, 'type' | 'sessionId' | 'thread'>;

/** A reply in `api_conversation_history.json`, with what entered the context before it. */
export interface ClineTurn {
  /** When the reply was saved. Older versions do not say. */
  atMs?: number;
  before: ClineBlock[];
  reply: ClineBlock[];
  /** What the prompt or the reply says of the model. */
  model?: string;
  provider?: string;
  /** Context window that the prompt tells the model of. */
  windowTokens?: number;
}

/** What the conversation says, by reply; what came after the last one is a turn without reply. */
export interface ClineHistory {
  turns: ClineTurn[];
  workspace?: string;
}

export function clineHistory(messages: readonly unknown[]): ClineHistory {
  const history: ClineHistory = { turns: [] };
  /** Calls written as XML, whose results name only the tool. */
  let calls: { callId: string; tool: ToolRef }[] = [];
  let turn: ClineTurn = { before: [], reply: [] };
  messages.forEach((value, index) => {
    const message = fields(value);
    const pieces =
      typeof message?.content === 'string' ? [{ type: 'text', text: message.content }] : list(message?.content);
    if (!message) return;
    if (message.isSummary === true) {
      // It takes the place of what came before it.
      const size = pieces.reduce<number>((sum, piece) => sum + textOf(piece), 0);
      turn.before = [{ role: 'user', part: 'summary', chars: size }];
    } else if (message.role === 'assistant') {
      calls = [];
      for (const piece of pieces) addReply(turn, fields(piece), `xml ${index}`, calls);
      turn.atMs = clineTimeMs(message.ts);
      turn.model = text(fields(message.modelInfo)?.modelId) ?? turn.model;
      turn.provider = text(fields(message.modelInfo)?.providerId) ?? turn.provider;
      history.turns.push(turn);
      turn = { before: [], reply: [] };
    } else {
      let resultOf: ClineBlock | undefined;
      for (const piece of pieces) resultOf = addPrompt(turn, fields(piece), calls, resultOf, history);
    }
  });
  if (turn.before.length > 0) history.turns.push(turn);
  return history;
}

function textOf(piece: unknown): number {
  return chars(fields(piece)?.text);
}

function addReply(
  turn: ClineTurn,
  piece: Fields | undefined,
  prefix: string,
  calls: { callId: string; tool: ToolRef }[],
): void {
  if (piece?.type === 'tool_use') {
    const name = text(piece.name) ?? 'unknown';
    const tool = clineTool(name, fields(piece.input));
    const callId = text(piece.id);
    const size = name.length + jsonChars(piece.input);
    turn.reply.push({
      role: 'model',
      part: 'toolCall',
      chars: size,
      tool,
      ...(callId === undefined ? {} : { callId }),
    });
  } else if (piece?.type === 'thinking' || piece?.type === 'reasoning') {
    turn.reply.push({ role: 'model', part: 'thinking', chars: chars(piece.thinking ?? piece.text) });
  } else if (piece?.type === 'text') {
    let rest = text(piece.text) ?? '';
    for (let found = XML_TOOLS.exec(rest); found?.[1]; found = XML_TOOLS.exec(rest)) {
      const closing = `</${found[1]}>`;
      const end = rest.indexOf(closing, found.index);
      const body = rest.slice(found.index, end < 0 ? rest.length : end + closing.length);
      if (found.index > 0) turn.reply.push({ role: 'model', part: 'text', chars: found.index });
      const call = { callId: `${prefix}.${calls.length}`, tool: xmlTool(found[1], body) };
      calls.push(call);
      turn.reply.push({ role: 'model', part: 'toolCall', chars: body.length, ...call });
      rest = rest.slice(found.index + body.length);
    }
    if (rest.length > 0) turn.reply.push({ role: 'model', part: 'text', chars: rest.length });
  }
}

const DETAILS = '<environment_details>';
const RESULT_HEAD = /^\[(\w+)(?: for '[^\n]*')?[^\]\n]*\] Result:/;

/** @returns the result that the pieces after this one continue, if it is one */
function addPrompt(
  turn: ClineTurn,
  piece: Fields | undefined,
  calls: { callId: string; tool: ToolRef }[],
  resultOf: ClineBlock | undefined,
  history: ClineHistory,
): ClineBlock | undefined {
  if (piece?.type === 'tool_result') {
    const callId = text(piece.tool_use_id);
    const said = typeof piece.content === 'string' ? [{ text: piece.content }] : list(piece.content);
    for (const part of said) readDetails(turn, text(fields(part)?.text) ?? '', history);
    turn.before.push({
      role: 'tool',
      part: 'toolResult',
      chars: said.reduce<number>((sum, part) => sum + textOf(part), 0),
      ...(callId === undefined ? {} : { callId }),
    });
    return undefined;
  }
  if (piece?.type === 'image') {
    turn.before.push({ role: 'user', part: 'image', chars: 0 });
    return resultOf;
  }
  const body = text(piece?.text);
  if (body === undefined) return resultOf;
  readDetails(turn, body, history);
  const details = body.indexOf(DETAILS);
  const said = details < 0 ? body : body.slice(0, details);
  let result = resultOf;
  if (said.trim() !== '') {
    const head = RESULT_HEAD.exec(said);
    const isUsers = /^\s*<(task|feedback|user_message|answer)>/.test(said);
    if (head) {
      const call = calls.find(({ tool }) => tool.name === head[1]);
      result = { role: 'tool', part: 'toolResult', chars: 0, ...call };
      turn.before.push(result);
    } else if (isUsers) result = undefined;
    if (result) result.chars += said.length;
    else turn.before.push({ role: 'user', part: 'text', chars: said.length });
  }
  if (details >= 0) turn.before.push({ role: 'system', part: 'attachment', chars: body.length - details });
  return result;
}

/** What the prompt tells the model of its surroundings. */
function readDetails(turn: ClineTurn, body: string, history: ClineHistory): void {
  const at = body.indexOf(DETAILS);
  if (at < 0) return;
  const details = body.slice(at, at + 200_000);
  turn.model = /<model>\s*([\w./:@-]{1,120})\s*<\/model>/.exec(details)?.[1] ?? turn.model;
  const folder = /# Current (?:Working|Workspace) Directory \(([^\n]{1,1024})\) Files/.exec(details)?.[1];
  // With several workspace folders it is a name.
  if (folder && /^([a-z]:)?[/\\]/i.test(folder)) history.workspace ??= folder;
  const [, size, unit] = /# Context Window Usage\n[\d,.\s]+ \/ ([\d,.]+)([KM]?) tokens used/.exec(details) ?? [];
  const tokens = Number((size ?? '').replaceAll(',', '')) * (unit === 'M' ? 1e6 : unit === 'K' ? 1000 : 1);
  if (Number.isSafeInteger(Math.round(tokens)) && tokens >= 1000 && tokens <= 2 ** 30)
    turn.windowTokens = Math.round(tokens);
}
