import type { ToolKind, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, parseJson, text } from './fields.ts';
import type { MessageBlock } from './messageBlocks.ts';
import { kindIn } from './toolKind.ts';
import { toolTarget } from './toolTarget.ts';

/** Content that is shown to the user and never sent, or that asks the user something. */
const SILENT = new Set('toolConfirmationRequest actionRequired systemNotification contextLengthExceeded'.split(' '));

/** The blocks of a message's content list, and the kinds of content that are not known. */
export function gooseBlocks(
  role: 'user' | 'assistant',
  content: unknown,
): { blocks: MessageBlock[]; unknown: string[] } {
  const own = role === 'user' ? 'user' : 'model';
  const blocks: MessageBlock[] = [];
  const unknown: string[] = [];
  for (const item of list(content)) {
    const part = fields(item);
    switch (part?.type) {
      case 'text':
        if (chars(part.text) > 0) blocks.push({ role: own, part: 'text', chars: chars(part.text) });
        break;
      case 'thinking':
      case 'reasoning':
        blocks.push({ role: own, part: 'thinking', chars: chars(part.thinking ?? part.text) });
        break;
      case 'redactedThinking':
        blocks.push({ role: own, part: 'thinking', chars: 0 });
        break;
      case 'image':
        blocks.push({ role: own, part: 'image', chars: 0 });
        break;
      case 'toolRequest':
      case 'frontendToolRequest': {
        const call = fields(fields(part.toolCall)?.value) ?? {};
        const name = text(call.name) ?? '(none)';
        const tool = gooseTool(name, fields(call.arguments) ?? {});
        blocks.push({
          role: own,
          part: 'toolCall',
          chars: name.length + jsonChars(call.arguments),
          tool,
          callId: text(part.id),
        });
        break;
      }
      case 'toolResponse':
        blocks.push({
          role: 'tool',
          part: 'toolResult',
          chars: resultChars(fields(part.toolResult)),
          callId: text(part.id),
        });
        break;
      default:
        if (typeof part?.type !== 'string' || !SILENT.has(part.type)) unknown.push(String(part?.type));
    }
  }
  return { blocks, unknown };
}

function resultChars(result: Fields | undefined): number {
  const value = result?.value ?? result?.error;
  if (typeof value === 'string') return value.length;
  const content = Array.isArray(value) ? value : fields(value)?.content;
  let sum = 0;
  for (const item of list(content)) {
    const part = fields(item);
    if (part?.type === 'image') continue;
    sum += chars(part?.text) || chars(fields(part?.resource)?.text);
  }
  return sum;
}

/** Goose's own extensions, which are no MCP servers to the user. */
const OWN_EXTENSIONS = new Set('developer platform skills todo subagent summon analyze chatrecall apps'.split(' '));
const KINDS: Readonly<Record<string, ToolKind>> = {
  text_editor: 'edit',
  tree: 'read',
  analyze: 'search',
  read_resource: 'read',
  delegate: 'task',
  subagent: 'task',
  subagent_execute_task: 'task',
  todo_read: 'todo',
  todo_write: 'todo',
};

/** A tool call's name, kind and target. Tools are called `<extension>__<tool>`; the built-in ones lately without extension. */
export function gooseTool(name: string, input: Fields): ToolRef {
  const [, extension, rest] = /^(.+?)__(.+)$/s.exec(name) ?? [];
  if (extension && rest && !OWN_EXTENSIONS.has(extension)) return { name, kind: `mcp:${extension}`, target: rest };
  const own = rest ?? name;
  const kind = own === 'text_editor' ? editorKind(input) : kindIn(KINDS, own);
  const target = toolTarget(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

/** One tool views, writes and edits. */
function editorKind(input: Fields): ToolKind {
  return input.command === 'view' ? 'read' : input.command === 'write' ? 'write' : 'edit';
}

/** Model and window of a session's `model_config_json`. */
export function gooseModel(json: unknown): { model: string | undefined; windowTokens: unknown } {
  const config = typeof json === 'string' ? fields(parseJson(Buffer.from(json))) : undefined;
  return {
    model: text(config?.model_name) ?? text(config?.modelName) ?? text(config?.model),
    windowTokens: config?.context_limit,
  };
}

/** Goose's name of a provider as the rest of the house writes it. */
export function gooseProvider(name: unknown): string | undefined {
  const given = text(name)?.toLowerCase();
  if (given === undefined || !/^[a-z0-9._-]+$/.test(given)) return undefined;
  return { aws_bedrock: 'amazon-bedrock', gcp_vertex_ai: 'google-vertex', azure_openai: 'azure' }[given] ?? given;
}

/** Epoch milliseconds of a time in seconds or milliseconds, or of SQLite's text in UTC. */
export function gooseTime(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const time = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.trim().replace(' ', 'T')}Z`);
    return time > 0 ? time : undefined;
  }
  if (typeof value !== 'number' || !(value > 0) || value > 8.64e15) return undefined;
  return Math.trunc(value > 1e11 ? value : value * 1000);
}
