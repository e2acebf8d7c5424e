import type { BlockPart, BlockRole, ToolRef } from './event.ts';
import { chars, fields, jsonChars, list, text } from './fields.ts';
import { geminiTool } from './geminiTools.ts';
import { pathTarget } from './toolKind.ts';

/** A block without its place: thread and session are the reader's. */
export interface ContentBlock {
  role: BlockRole;
  part: BlockPart;
  chars: number;
  tool?: ToolRef;
  callId?: string;
}

/** Content of Google's API: a text, a part, or parts. */
export function contentParts(content: unknown): unknown[] {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }];
  if (Array.isArray(content)) return content.map((part) => (typeof part === 'string' ? { text: part } : part));
  return fields(content) ? [content] : [];
}

/** All texts of content, joined: to tell what kind of message it is, never to be kept. */
export function contentText(content: unknown): string {
  return contentParts(content)
    .map((part) => text(fields(part)?.text) ?? '')
    .join('');
}

/** What the agent says in the user's place. */
const FROM_AGENT =
  /^\s*(<(session_context|system-reminder|task-notification|environment_context|hook_context|startup_context)[\s>]|This is the (Gemini CLI|Qwen Code)\.|System: |Please continue\.\s*$)/;
/** What a compaction leaves of the conversation. */
const SUMMARY = /^\s*<(state_snapshot|summary|compressed_history)[\s>]/;

/** The blocks of a message that enters the context. */
export function promptBlocks(content: unknown): ContentBlock[] {
  return contentParts(content).flatMap((part): ContentBlock[] => {
    const piece = fields(part);
    if (!piece) return [];
    const response = fields(piece.functionResponse);
    if (response) return resultBlocks(response);
    if (piece.inlineData !== undefined || piece.fileData !== undefined) return [mediaBlock('user', piece)];
    const body = text(piece.text);
    if (body === undefined) return [];
    if (FROM_AGENT.test(body)) return [{ role: 'system', part: 'attachment', chars: body.length }];
    return [{ role: 'user', part: SUMMARY.test(body) ? 'summary' : 'text', chars: body.length }];
  });
}

/** Whether a person wrote the message: text or media of their own, and no tool's result beside it. */
export function isPrompt(blocks: readonly ContentBlock[]): boolean {
  return (
    blocks.every((block) => block.role !== 'tool') &&
    blocks.some((block) => block.role === 'user' && block.part !== 'summary')
  );
}

/** The blocks of a reply. */
export function replyBlocks(content: unknown): ContentBlock[] {
  return contentParts(content).flatMap((part): ContentBlock[] => {
    const piece = fields(part);
    const call = fields(piece?.functionCall);
    if (call) return [callBlock(call.name, call.args, call.id)];
    const length = chars(piece?.text);
    return length === 0 ? [] : [{ role: 'model', part: piece?.thought === true ? 'thinking' : 'text', chars: length }];
  });
}

/** A call of a tool by its name, arguments and id. */
export function callBlock(name: unknown, args: unknown, id: unknown): ContentBlock {
  const known = text(name) ?? '(none)';
  return {
    role: 'model',
    part: 'toolCall',
    chars: known.length + jsonChars(args),
    tool: geminiTool(known, fields(args) ?? {}),
    ...callIdOf(id),
  };
}

/** A `functionResponse` with the media that came with it. */
export function resultBlocks(response: Record<string, unknown>): ContentBlock[] {
  const media = list(response.parts).flatMap((part): ContentBlock[] => {
    const piece = fields(part);
    return piece ? [{ ...mediaBlock('tool', piece), ...callIdOf(response.id) }] : [];
  });
  return [
    { role: 'tool', part: 'toolResult', chars: responseChars(response.response), ...callIdOf(response.id) },
    ...media,
  ];
}

/** What the model sees of a tool's response: its output or error, or the whole of it. */
function responseChars(response: unknown): number {
  const known = fields(response);
  return jsonChars(known?.output ?? known?.error ?? response);
}

function mediaBlock(role: 'user' | 'tool', piece: Record<string, unknown>): ContentBlock {
  const type = text(fields(piece.inlineData ?? piece.fileData)?.mimeType) ?? '';
  return { role, part: type.startsWith('image/') ? 'image' : 'attachment', chars: 0 };
}

function callIdOf(id: unknown): { callId?: string } {
  return typeof id === 'string' && id !== '' ? { callId: id } : {};
}

/** Where the opening message of a session names the folders that it works in. */
const FOLDERS =
  /(?:Workspace Directories:\*\*|working in the (?:following )?director(?:y|ies):?)\s*-?\s*((?:\/|[A-Za-z]:[\\/])[^\r\n]{0,1000})/;

/** The first workspace folder that an opening message names. */
export function workspaceIn(opening: string): string | undefined {
  return pathTarget(FOLDERS.exec(opening.slice(0, 8000))?.[1]?.trim());
}
