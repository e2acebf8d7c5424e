import type { ToolKind } from '../agents/event.ts';

/**
 * Who owns a token of a context window. `system` = system prompt and tool definitions, `memory` = CLAUDE.md, AGENTS.md and the like,
 * `model` = the model's own text and thinking, `summary` = what a compaction left, `unattributed` = nothing in the transcript explains it.
 */
export type Kind = 'system' | 'memory' | 'user' | 'model' | 'summary' | 'unattributed' | ToolKind;

/** Every kind but the MCP servers, in the order in which legends and tables break ties. */
export const FIXED_KINDS = [
  'system',
  'memory',
  'user',
  'model',
  'summary',
  'read',
  'edit',
  'write',
  'bash',
  'search',
  'web',
  'task',
  'todo',
  'other',
  'unattributed',
] as const satisfies readonly Kind[];

/** The MCP server behind a kind, or `undefined` when it is not one. */
export function mcpServer(kind: Kind): string | undefined {
  return kind.startsWith('mcp:') ? kind.slice('mcp:'.length) : undefined;
}
