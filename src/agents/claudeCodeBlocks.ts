import { blockOf } from './blockOf.ts';
import type { BlockEvent, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, kindIn, mcpTool, pathTarget } from './toolKind.ts';

/** A tool call's name, kind and target. */
export function claudeTool(name: string, input: Fields): ToolRef {
  const mcp = mcpTool(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = kindIn(CLAUDE_KINDS, name);
    if (kinds.size < MOST_KINDS) kinds.set(name, kind);
  }
  const target = targetOf(kind, name, input);
  return { name, kind, target };
}

/** Kinds by name: there are some dozens of tools, and very many calls. */
const kinds = new Map<string, ToolRef['kind']>();
const MOST_KINDS = 1000;

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
export function replyBlocks(content: unknown): BlockEvent[] {
  if (typeof content === 'string') return content ? [blockOf('model', 'text', content.length)] : [];
  const blocks: BlockEvent[] = [];
  const items = list(content);
  // There are very many: an iterator takes longer.
  for (let at = 0; at < items.length; at++) {
    const block = fields(items[at]);
    switch (block?.type) {
      case 'text':
        blocks.push(blockOf('model', 'text', chars(block.text)));
        break;
      case 'thinking':
        blocks.push(blockOf('model', 'thinking', chars(block.thinking)));
        break;
      case 'redacted_thinking':
        blocks.push(blockOf('model', 'thinking', 0));
        break;
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use': {
        const name = text(block.name) ?? '(none)';
        const input = fields(block.input) ?? {};
        const size = name.length + jsonChars(block.input);
        blocks.push(blockOf('model', 'toolCall', size, text(block.id), claudeTool(name, input)));
        break;
      }
      default:
        // Results of tools that the provider runs stand in the reply itself.
        if (typeof block?.type === 'string' && block.type.endsWith('_tool_result')) blocks.push(resultBlock(block));
    }
  }
  return blocks;
}

/** What a subagent or a command in the background reports when it ends, and the call that started it. */
const NOTIFICATION = /^\s*<task-notification>/;
const NOTIFIED_CALL = /<tool-use-id>([\w-]{1,80})<\/tool-use-id>/;

/** A text of a user message: the user's, what a subagent reports, or (`isMeta`) what the agent put in the user's place. */
export function promptBlock(written: string, isMeta: boolean): BlockEvent {
  if (NOTIFICATION.test(written)) {
    const callId = NOTIFIED_CALL.exec(written)?.[1];
    return blockOf('tool', 'toolResult', written.length, callId, callId ? undefined : SUBAGENT);
  }
  return isMeta
    ? blockOf('system', 'attachment', written.length, undefined, undefined, 'reminders')
    : blockOf('user', 'text', written.length);
}

const SUBAGENT: ToolRef = { name: 'Agent', kind: 'task' };

/** The blocks of a user message's content; `isMeta` is text that the agent put in the user's place. */
export function promptBlocks(content: unknown, isMeta: boolean): BlockEvent[] {
  if (typeof content === 'string') return content ? [promptBlock(content, isMeta)] : [];
  const blocks: BlockEvent[] = [];
  const items = list(content);
  for (let at = 0; at < items.length; at++) {
    const block = fields(items[at]);
    if (block?.type === 'text') blocks.push(promptBlock(text(block.text) ?? '', isMeta));
    else if (block?.type === 'image') blocks.push(blockOf('user', 'image', 0));
    else if (block?.type === 'document') blocks.push(blockOf('user', 'attachment', chars(fields(block.source)?.data)));
    else if (block?.type === 'tool_result') {
      blocks.push(resultBlock(block));
      const parts = list(block.content);
      for (let i = 0; i < parts.length; i++)
        if (fields(parts[i])?.type === 'image') blocks.push(blockOf('tool', 'image', 0, text(block.tool_use_id)));
    }
  }
  return blocks;
}

function resultBlock(block: Fields): BlockEvent {
  let length = typeof block.content === 'string' ? block.content.length : 0;
  const parts = list(block.content);
  for (let at = 0; at < parts.length; at++) {
    const part = fields(parts[at]);
    if (part?.type !== 'image') length += typeof part?.text === 'string' ? part.text.length : jsonChars(parts[at]);
  }
  return blockOf('tool', 'toolResult', length, text(block.tool_use_id));
}
