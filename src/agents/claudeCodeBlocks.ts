import type { BlockPart, BlockRole, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, kindIn, mcpTool, pathTarget } from './toolKind.ts';

/** A block without its place: thread and session are the reader's. */
export interface ClaudeBlock {
  role: BlockRole;
  part: BlockPart;
  chars: number;
  tool?: ToolRef;
  callId?: string;
}

/** A tool call's name, kind and target. */
export function claudeTool(name: string, input: Fields): ToolRef {
  const mcp = mcpTool(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindIn(CLAUDE_KINDS, name);
  const target = targetOf(kind, name, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

/** Names whose common kind would be wrong here. */
const CLAUDE_KINDS: Readonly<Record<string, ToolRef['kind']>> = { ToolSearch: 'other', LS: 'read', Skill: 'other' };

function targetOf(kind: ToolRef['kind'], name: string, input: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write':
      return pathTarget(input.file_path ?? input.notebook_path ?? input.path);
    case 'search':
      return pathTarget(input.path);
    case 'bash':
      return typeof input.command === 'string' ? shellProgram(input.command)?.name : undefined;
    case 'web':
      return hostOf(input.url);
    case 'task':
      return name === 'Task' || name === 'Agent' ? pathTarget(input.subagent_type) : undefined;
    default:
      return name === 'Skill' ? pathTarget(input.skill ?? input.command) : undefined;
  }
}

/** The blocks of an assistant message's content. */
export function replyBlocks(content: unknown): ClaudeBlock[] {
  if (typeof content === 'string') return content ? [{ role: 'model', part: 'text', chars: content.length }] : [];
  const blocks: ClaudeBlock[] = [];
  for (const item of list(content)) {
    const block = fields(item);
    switch (block?.type) {
      case 'text':
        blocks.push({ role: 'model', part: 'text', chars: chars(block.text) });
        break;
      case 'thinking':
        blocks.push({ role: 'model', part: 'thinking', chars: chars(block.thinking) });
        break;
      case 'redacted_thinking':
        blocks.push({ role: 'model', part: 'thinking', chars: 0 });
        break;
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use': {
        const name = text(block.name) ?? '(none)';
        const input = fields(block.input) ?? {};
        blocks.push({
          role: 'model',
          part: 'toolCall',
          chars: name.length + jsonChars(block.input),
          tool: claudeTool(name, input),
          callId: text(block.id),
        });
        break;
      }
      default:
        // Results of tools that the provider runs stand in the reply itself.
        if (typeof block?.type === 'string' && block.type.endsWith('_tool_result')) blocks.push(resultBlock(block));
    }
  }
  return blocks;
}

/** The blocks of a user message's content; `isMeta` is text that the agent put in the user's place. */
export function promptBlocks(content: unknown, isMeta: boolean): ClaudeBlock[] {
  const textBlock = (length: number): ClaudeBlock =>
    isMeta ? { role: 'system', part: 'attachment', chars: length } : { role: 'user', part: 'text', chars: length };
  if (typeof content === 'string') return content ? [textBlock(content.length)] : [];
  const blocks: ClaudeBlock[] = [];
  for (const item of list(content)) {
    const block = fields(item);
    if (block?.type === 'text') blocks.push(textBlock(chars(block.text)));
    else if (block?.type === 'image') blocks.push({ role: 'user', part: 'image', chars: 0 });
    else if (block?.type === 'document')
      blocks.push({ role: 'user', part: 'attachment', chars: chars(fields(block.source)?.data) });
    else if (block?.type === 'tool_result') blocks.push(resultBlock(block), ...resultImages(block));
  }
  return blocks;
}

function resultBlock(block: Fields): ClaudeBlock {
  let length = typeof block.content === 'string' ? block.content.length : 0;
  for (const item of list(block.content)) {
    const part = fields(item);
    if (part?.type !== 'image') length += typeof part?.text === 'string' ? part.text.length : jsonChars(item);
  }
  return { role: 'tool', part: 'toolResult', chars: length, callId: text(block.tool_use_id) };
}

function resultImages(block: Fields): ClaudeBlock[] {
  return list(block.content)
    .filter((item) => fields(item)?.type === 'image')
    .map(() => ({ role: 'tool', part: 'image', chars: 0, callId: text(block.tool_use_id) }));
}

/** Attachments whose text is a memory file's. */
const MEMORY = new Set([
  'instructions',
  'nested_memory',
  'relevant_memories',
  'memory',
  'project_memory',
  'user_memory',
]);
/** Attachments that the user brought in. */
const FROM_USER = new Set([
  'file',
  'directory',
  'selected_lines_in_ide',
  'opened_file_in_ide',
  'queued_command',
  'pdf_reference',
  'compact_file_reference',
  'already_read_file',
  'image',
]);
/** Bookkeeping that never enters the context, or is counted elsewhere. */
const NOT_IN_CONTEXT = new Set(['prompt_snapshot']);

/** The block of an attachment row, or `undefined` when nothing of it enters the context. `rendered` holds the exact text where it is kept. */
export function attachmentBlock(row: Fields, attachment: Fields): ClaudeBlock | undefined {
  const type = String(attachment.type);
  if (NOT_IN_CONTEXT.has(type)) return undefined;
  let length = 0;
  if (Array.isArray(row.rendered)) {
    for (const item of row.rendered) {
      const content = fields(item)?.content;
      length += typeof content === 'string' ? content.length : jsonChars(content);
    }
  } else length = deepChars(attachment, 4);
  if (length === 0) return undefined;
  if (MEMORY.has(type)) return { role: 'system', part: 'memory', chars: length };
  return { role: FROM_USER.has(type) ? 'user' : 'system', part: 'attachment', chars: length };
}

/** Characters in the strings of a value, but for its `type` names: the best that rows without `rendered` allow. */
function deepChars(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (depth === 0 || typeof value !== 'object' || value === null) return 0;
  let length = 0;
  for (const [key, inner] of Object.entries(value)) if (key !== 'type') length += deepChars(inner, depth - 1);
  return length;
}

/** System prompt and tool definitions of a request: one block for the text, one for the agent's own tools, one for each MCP server. */
export function systemBlocks(system: unknown, tools: unknown): { system: ClaudeBlock[]; tools: ClaudeBlock[] } {
  let prompt = typeof system === 'string' ? system.length : 0;
  for (const part of list(system)) prompt += typeof part === 'string' ? part.length : chars(fields(part)?.text);
  const byServer = new Map<string, number>();
  for (const tool of list(tools)) {
    const server = mcpTool(text(fields(tool)?.name) ?? '')?.server ?? '';
    byServer.set(server, (byServer.get(server) ?? 0) + jsonChars(tool));
  }
  const block = (length: number): ClaudeBlock => ({ role: 'system', part: 'text', chars: length });
  return {
    system: prompt > 0 ? [block(prompt)] : [],
    tools: [...byServer].map(([server, length]) =>
      server ? { ...block(length), tool: { name: `mcp__${server}`, kind: `mcp:${server}` } } : block(length),
    ),
  };
}
