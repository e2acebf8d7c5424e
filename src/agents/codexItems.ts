import { START_CHARS } from '../transcripts/wanted.ts';
import { blockOf, type UnplacedBlock } from './blockOf.ts';
import { codexTool } from './codexTools.ts';
import type { ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import { hostOf, pathTarget } from './toolKind.ts';

/** What one response item adds to the context. */
export interface CodexItem {
  blocks: UnplacedBlock[];
  /** The user typed this. */
  isPrompt: boolean;
}

/** The tags in which Codex wraps what it says in the user's place. */
const WRAPPED =
  /^\s*<(environment_context|user_action|user_shell_command|turn_aborted|subagent_notification|model_switch|permissions instructions|collaboration_mode|tools|skill|hook_prompt|multi_agent_\w+|\w*_?instructions)[\s>]|^Warning: (apply_patch was requested via|The maximum number of unified exec)/i;
/** AGENTS.md and the user's own instructions. */
const MEMORY = /^\s*(# AGENTS\.md instructions|<user_instructions>)/;

/** The blocks of a response item; `undefined` when its kind is not known. */
export function codexItem(item: Fields): CodexItem | undefined {
  switch (item.type) {
    case 'message':
      return message(item);
    case 'agent_message': // from another agent of the same tree: a task for a subagent, a report for its parent
      return only(blockOf('user', 'text', contentChars(item.content)));
    case 'reasoning':
      return only(blockOf('model', 'thinking', contentChars(item.summary) + contentChars(item.content)));
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
    case 'tool_search_call':
    case 'web_search_call':
    case 'image_generation_call':
      return only(call(item));
    case 'function_call_output':
    case 'custom_tool_call_output':
    case 'local_shell_call_output':
    case 'tool_search_output':
    case 'mcp_tool_call_output':
      return only(blockOf('tool', 'toolResult', outputChars(item.output ?? item.tools), text(item.call_id)));
    case 'additional_tools':
      return { blocks: toolDefinitions(item.tools), isPrompt: false };
    case 'compaction':
    case 'compaction_summary':
    case 'context_compaction':
    case 'ghost_snapshot':
      return { blocks: [], isPrompt: false };
    default:
      return undefined;
  }
}

function only(block: UnplacedBlock): CodexItem {
  return { blocks: [block], isPrompt: false };
}

function message(item: Fields): CodexItem {
  const parts = typeof item.content === 'string' ? [{ type: 'input_text', text: item.content }] : list(item.content);
  if (item.role === 'assistant') return only(blockOf('model', 'text', contentChars(parts)));
  const blocks: UnplacedBlock[] = [];
  let isPrompt = false;
  for (const part of parts) {
    const piece = fields(part);
    const body = text(piece?.text);
    const beginning = body?.slice(0, START_CHARS) ?? '';
    if (piece?.type === 'input_image') {
      blocks.push(blockOf('user', 'image', 0));
      isPrompt ||= item.role === 'user';
    } else if (body === undefined) continue;
    else if (MEMORY.test(beginning))
      blocks.push(blockOf('system', 'memory', body.length, undefined, undefined, memoryPlace(beginning)));
    else if (item.role !== 'user' || WRAPPED.test(beginning)) {
      const part = item.role === 'user' ? 'attachment' : 'text';
      blocks.push(blockOf('system', part, body.length, undefined, undefined, headPart(beginning)));
    } else {
      blocks.push(blockOf('user', 'text', body.length));
      isPrompt = true;
    }
  }
  return { blocks, isPrompt };
}

/** What Codex itself says in a prompt, by how the text begins. */
const HEAD_PARTS: readonly [RegExp, string][] = [
  [/^\s*<(skills_instructions|skill)[\s>]/, 'skills'],
  [/^\s*<(plugins|apps)_instructions/, 'apps'],
  [/^\s*<(environment_context|permissions instructions|collaboration_mode)/, 'environment'],
  [/^\s*<tools[\s>]/, 'tool definitions'],
  [/^\s*<\w|^Warning: /, 'reminders'],
];

/** A developer's text without a tag is the system prompt, which newer versions send as a message. */
function headPart(beginning: string): string {
  return HEAD_PARTS.find(([start]) => start.test(beginning))?.[1] ?? 'system prompt';
}

/** The folder whose instructions these are. */
function memoryPlace(beginning: string): string | undefined {
  const folder = pathTarget(/^\s*# AGENTS\.md instructions for ([^\n]{1,200})\n/.exec(beginning)?.[1]);
  return folder && `${folder.replace(/\/$/, '')}/AGENTS.md`;
}

/** One block for Codex's own tools, one for each MCP server. */
function toolDefinitions(tools: unknown): UnplacedBlock[] {
  const byOwner = new Map<string, number>();
  for (const tool of list(tools)) {
    const server = /^mcp__(.+?)(__|$)/.exec(text(fields(tool)?.name) ?? '')?.[1]?.replace(/_+$/, '');
    const owner = server === undefined ? 'tool definitions' : `mcp:${server} definitions`;
    byOwner.set(owner, (byOwner.get(owner) ?? 0) + jsonChars(tool));
  }
  return [...byOwner].map(([target, size]) => blockOf('system', 'text', size, undefined, undefined, target));
}

function call(item: Fields): UnplacedBlock {
  if (item.type === 'web_search_call') {
    const tool: ToolRef = { name: 'web_search', kind: 'web', target: hostOf(fields(item.action)?.url) };
    return blockOf('model', 'toolCall', jsonChars(item.action), text(item.id), tool);
  }
  const input = item.arguments ?? item.input ?? item.action;
  const name = text(item.name) ?? String(item.type).replace(/_call$/, '');
  const stated = item.type === 'local_shell_call' ? { action: item.action } : input;
  const tool = codexTool(name, text(item.namespace), stated);
  return blockOf('model', 'toolCall', name.length + jsonChars(input), text(item.call_id ?? item.id), tool);
}

function contentChars(content: unknown): number {
  if (typeof content === 'string') return content.length;
  const parts = list(content);
  let sum = 0;
  for (let at = 0; at < parts.length; at++) sum += chars(fields(parts[at])?.text);
  return sum;
}

/** An output is a string, a list of texts and images, or an object with `content` (0.4x). */
function outputChars(output: unknown): number {
  if (typeof output === 'string') return output.length;
  if (Array.isArray(output)) {
    return output.reduce<number>((sum, part) => {
      const piece = fields(part);
      return (
        sum +
        (piece?.type === 'input_image' ? 0 : typeof piece?.text === 'string' ? piece.text.length : jsonChars(part))
      );
    }, 0);
  }
  const content = fields(output)?.content;
  return content === undefined ? jsonChars(output) : outputChars(content);
}

/** What a `compacted` record leaves in the context: the messages that it keeps, and its summary. */
export function keptBlocks(compacted: Fields): UnplacedBlock[] {
  const summary = chars(compacted.message);
  const kept = list(compacted.replacement_history).flatMap((item) => codexItem(fields(item) ?? {})?.blocks ?? []);
  const asSummary = kept.find(
    (block) => block.role === 'user' && block.part === 'text' && summary > 0 && block.chars >= summary,
  );
  if (asSummary) asSummary.part = 'summary';
  else if (summary > 0) kept.push(blockOf('user', 'summary', summary));
  return kept;
}
