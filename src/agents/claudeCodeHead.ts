import { blockOf } from './blockOf.ts';
import { promptBlock } from './claudeCodeBlocks.ts';
import type { BlockEvent } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import { mcpTool, pathTarget } from './toolKind.ts';

/** Attachments whose text is that of memory files. */
const MEMORY = new Set([
  'instructions',
  'nested_memory',
  'relevant_memories',
  'memory',
  'project_memory',
  'user_memory',
]);
/** Files that are handed over as if the model had read them: those that the user named, and those in use before a compaction. */
const AS_READ = new Set(['file', 'directory', 'pdf_reference', 'compact_file_reference', 'already_read_file']);
/** Attachments that the user brought in. */
const FROM_USER = new Set(['selected_lines_in_ide', 'opened_file_in_ide', 'image']);
/** Bookkeeping that never enters the context, or is counted elsewhere. */
const NOT_IN_CONTEXT = new Set(['prompt_snapshot']);
/** What the agent itself adds to a prompt, by what it is about; all others are reminders. */
const SYSTEM_PARTS: Readonly<Record<string, string>> = {
  skill_listing: 'skills',
  agent_listing_delta: 'subagents',
  deferred_tools_delta: 'deferred tools',
  environment: 'environment',
  model: 'environment',
  date: 'environment',
  session_context: 'environment',
};

/** The blocks of an attachment row; none when nothing of it enters the context. `rendered` holds the exact text where it is kept. */
export function attachmentBlocks(row: Fields, attachment: Fields): BlockEvent[] {
  const type = String(attachment.type);
  if (NOT_IN_CONTEXT.has(type)) return [];
  const length = Array.isArray(row.rendered) ? renderedChars(row.rendered) : plainChars(attachment);
  if (length === 0) return [];
  if (MEMORY.has(type)) return memoryBlocks(attachment, length);
  if (AS_READ.has(type)) {
    const target = pathTarget(attachment.filename ?? attachment.path);
    const tool = { name: 'Read', kind: 'read', ...(target === undefined ? {} : { target }) } as const;
    return [blockOf('tool', 'toolResult', length, undefined, tool)];
  }
  if (type === 'queued_command') return [{ ...promptBlock(text(attachment.prompt) ?? '', false), chars: length }];
  if (FROM_USER.has(type)) return [blockOf('user', 'attachment', length)];
  if (type === 'mcp_instructions_delta') return mcpInstructions(attachment, length);
  const target = Object.hasOwn(SYSTEM_PARTS, type) ? SYSTEM_PARTS[type] : 'reminders';
  return [blockOf('system', 'attachment', length, undefined, undefined, target)];
}

/** One block for each memory file; what stands around them belongs to the first. */
function memoryBlocks(attachment: Fields, length: number): BlockEvent[] {
  const files = list(attachment.files ?? [attachment.content])
    .map(fields)
    .map((file) => ({ size: chars(file?.content), target: pathTarget(file?.path) }))
    .filter((file) => file.size > 0);
  const own = pathTarget(attachment.path);
  return withParts(length, files).map(({ size, target = own }) =>
    blockOf('system', 'memory', size, undefined, undefined, target),
  );
}

function mcpInstructions(attachment: Fields, length: number): BlockEvent[] {
  const names = list(attachment.addedNames);
  const servers = list(attachment.addedBlocks).map((block, index) => ({
    size: chars(block),
    target: pathTarget(names[index]),
  }));
  return withParts(length, servers).map(({ size, target }) => {
    const name = target === undefined ? 'mcp instructions' : `mcp:${target} instructions`;
    return blockOf('system', 'attachment', size, undefined, undefined, name);
  });
}

interface Part {
  size: number;
  target?: string;
}

/** The parts of a whole, the first of which has what the others do not. */
function withParts(whole: number, parts: Part[]): Part[] {
  const others = parts.slice(1).reduce((sum, part) => sum + part.size, 0);
  const [first = { size: 0 }, ...rest] = parts;
  return others < whole ? [{ ...first, size: whole - others }, ...rest] : [{ size: whole }];
}

function renderedChars(rendered: unknown[]): number {
  let length = 0;
  for (const item of rendered) {
    const content = fields(item)?.content;
    length += typeof content === 'string' ? content.length : jsonChars(content);
  }
  return length;
}

/** Where rows without `rendered` say what is shown; other fields repeat it, or are not shown. */
const SHOWN = ['addedBlocks', 'addedLines', 'content', 'prompt', 'text', 'snippet'];

function plainChars(attachment: Fields): number {
  const shown = SHOWN.find((field) => attachment[field] !== undefined && attachment[field] !== null);
  return deepChars(shown === undefined ? attachment : attachment[shown], 4);
}

/** Characters in the strings of a value, but for its `type` names. */
function deepChars(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (depth === 0 || typeof value !== 'object' || value === null) return 0;
  let length = 0;
  for (const [key, inner] of Object.entries(value)) if (key !== 'type') length += deepChars(inner, depth - 1);
  return length;
}

/** System prompt and tool definitions of a request: one block for the text, one for the agent's own tools, one for each MCP server. */
export function systemBlocks(system: unknown, tools: unknown): { system: BlockEvent[]; tools: BlockEvent[] } {
  let prompt = typeof system === 'string' ? system.length : 0;
  for (const part of list(system)) prompt += typeof part === 'string' ? part.length : chars(fields(part)?.text);
  const byOwner = new Map<string, number>();
  for (const tool of list(tools)) {
    const definition = fields(tool);
    const server = mcpTool(text(definition?.name) ?? '')?.server;
    const owner = server === undefined ? 'tool definitions' : `mcp:${server} definitions`;
    byOwner.set(owner, (byOwner.get(owner) ?? 0) + jsonChars(definition?.schema ?? tool));
  }
  const block = (target: string, length: number): BlockEvent =>
    blockOf('system', 'text', length, undefined, undefined, target);
  return {
    system: prompt > 0 ? [block('system prompt', prompt)] : [],
    tools: [...byOwner].map(([owner, length]) => block(owner, length)),
  };
}
