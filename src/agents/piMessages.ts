import * as v from 'valibot';
import type { BlockPart, BlockRole, TokenUsage, ToolKind, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';
import { recordedCost } from './recordedCost.ts';
import { optionalCount } from './tokenCount.ts';
import { kindIn, mcpTool } from './toolKind.ts';
import { toolTarget } from './toolTarget.ts';

/** A block without its place: thread, session and request are the reader's. */
export interface PiBlock {
  role: BlockRole;
  part: BlockPart;
  chars: number;
  tool?: ToolRef;
  callId?: string;
}

/** A usage as pi writes it: the classes are disjoint, but the one-hour part of the cache write and the reasoning part of the output. */
const usageSchema = v.object({
  input: optionalCount,
  output: optionalCount,
  cacheRead: optionalCount,
  cacheWrite: optionalCount,
  cacheWrite1h: optionalCount,
  reasoning: optionalCount,
});

/** The token classes of a `usage`, or `undefined` when it is missing or not what the format promises. */
export function piUsage(value: unknown): TokenUsage | undefined {
  if (fields(value) === undefined) return undefined;
  const parsed = v.safeParse(usageSchema, value);
  if (!parsed.success) return undefined;
  const { input, output, cacheRead, cacheWrite, reasoning } = parsed.output;
  const cacheWrite1h = Math.min(parsed.output.cacheWrite1h, cacheWrite);
  return {
    input,
    cacheRead,
    cacheWrite5m: cacheWrite - cacheWrite1h,
    cacheWrite1h,
    output,
    reasoning: Math.min(reasoning, output),
  };
}

/**
 * The same in every copy of a request. Entry ids do not serve: they are short, and given anew when a file of version 1 is migrated. Ids of
 * responses alone do not either: some servers give every reply the same.
 */
export function piRequestId(startedAtMs: number, name: string, usage: TokenUsage): string {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  return `${startedAtMs}/${name}/${input}/${cacheRead}/${cacheWrite5m + cacheWrite1h}/${output}`;
}

/** All tokens of a usage. */
export function tokensOf(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output;
}

/** What a `usage` says of the cost. */
export function piCost(value: unknown): { costUsd?: number } {
  return recordedCost(fields(fields(value)?.cost)?.total);
}

/** The blocks of an assistant message. */
export function replyBlocks(content: unknown): PiBlock[] {
  return list(content).flatMap((item): PiBlock[] => {
    const block = fields(item);
    switch (block?.type) {
      case 'text':
        return [{ role: 'model', part: 'text', chars: chars(block.text) }];
      case 'thinking':
        return [{ role: 'model', part: 'thinking', chars: chars(block.thinking) }];
      case 'toolCall': {
        const name = text(block.name) ?? '(none)';
        const tool = piTool(name, fields(block.arguments) ?? {});
        return [
          {
            role: 'model',
            part: 'toolCall',
            chars: name.length + jsonChars(block.arguments),
            tool,
            ...callId(block.id),
          },
        ];
      }
      default:
        return [];
    }
  });
}

/** The blocks of any other content: a string, or texts and images. */
export function contentBlocks(content: unknown, as: Omit<PiBlock, 'chars'>): PiBlock[] {
  if (typeof content === 'string') return content === '' ? [] : [{ ...as, chars: content.length }];
  return list(content).flatMap((item): PiBlock[] => {
    const block = fields(item);
    if (block?.type === 'text') return [{ ...as, chars: chars(block.text) }];
    if (block?.type === 'image') return [{ ...as, part: 'image', chars: 0 }];
    return [];
  });
}

/** The blocks of a system message: prompt sections by name, and the tools it declares. */
export function systemBlocks(message: Fields): PiBlock[] {
  const blocks = contentBlocks(message.content, { role: 'system', part: 'text' });
  for (const [name, section] of Object.entries(fields(message.sections) ?? {})) {
    // Project instructions (AGENTS.md and the like) stand in a section of their own.
    const part = /context|instructions|memory/i.test(name) ? 'memory' : 'text';
    if (chars(section) > 0) blocks.push({ role: 'system', part, chars: chars(section) });
  }
  const tools = list(message.toolsAdded);
  if (tools.length > 0) blocks.push({ role: 'system', part: 'text', chars: jsonChars(tools) });
  return blocks;
}

/** The id that links a call with its result. */
export function callId(id: unknown): { callId?: string } {
  return typeof id === 'string' && id !== '' ? { callId: id } : {};
}

/** `subagent` is an extension's. */
const KINDS: Readonly<Record<string, ToolKind>> = { ls: 'read', subagent: 'task' };

/** Name, kind and target of a tool call. */
function piTool(name: string, input: Fields): ToolRef {
  const mcp = mcpTool(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindIn(KINDS, name);
  const target = toolTarget(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}
