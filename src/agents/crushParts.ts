import type { ToolKind, ToolRef } from './event.ts';
import { chars, type Fields, fields, list, parseJson, text } from './fields.ts';
import type { MessageBlock } from './messageBlocks.ts';
import { kindIn } from './toolKind.ts';
import { toolTarget } from './toolTarget.ts';

/** The blocks of a message's parts, `{type, data}` each, and the types that are not known. */
export function crushBlocks(role: string, parts: readonly unknown[]): { blocks: MessageBlock[]; unknown: string[] } {
  const own = role === 'assistant' ? 'model' : role === 'system' ? 'system' : 'user';
  const blocks: MessageBlock[] = [];
  const unknown: string[] = [];
  for (const item of list(parts)) {
    const part = fields(item);
    const data = fields(part?.data) ?? {};
    switch (part?.type) {
      case 'text':
        if (chars(data.text) > 0) blocks.push({ role: own, part: 'text', chars: chars(data.text) });
        break;
      case 'reasoning':
        if (chars(data.thinking) > 0) blocks.push({ role: own, part: 'thinking', chars: chars(data.thinking) });
        break;
      case 'image_url':
      case 'binary':
        blocks.push({ role: own, part: 'image', chars: 0 });
        break;
      case 'shell_command':
        blocks.push({ role: own, part: 'attachment', chars: chars(data.command) + chars(data.output) });
        break;
      case 'tool_call': {
        const name = text(data.name) ?? '(none)';
        const input = typeof data.input === 'string' ? fields(parseJson(Buffer.from(data.input))) : undefined;
        const tool = crushTool(name, input ?? {});
        blocks.push({
          role: own,
          part: 'toolCall',
          chars: name.length + chars(data.input),
          tool,
          callId: text(data.id),
        });
        break;
      }
      case 'tool_result':
        blocks.push({ role: 'tool', part: 'toolResult', chars: chars(data.content), callId: text(data.tool_call_id) });
        break;
      case 'finish':
        break;
      default:
        unknown.push(String(part?.type));
    }
  }
  return { blocks, unknown };
}

const KINDS: Readonly<Record<string, ToolKind>> = {
  sourcegraph: 'web',
  agentic_fetch: 'web',
  download: 'web',
  todos: 'todo',
  job_output: 'bash',
  job_kill: 'bash',
};

/** A tool call's name, kind and target. MCP tools are called `mcp_<server>_<tool>`. */
export function crushTool(name: string, input: Fields): ToolRef {
  const [, server, tool] = /^mcp_([^_]+)_(.+)$/s.exec(name) ?? [];
  if (server && tool) return { name, kind: `mcp:${server}`, target: tool };
  const kind = kindIn(KINDS, name);
  const target = toolTarget(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}
