import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, pathTarget, toolKind } from './toolKind.ts';

/** Built-in tools beside those with common names. What is neither is a tool of an MCP server. */
const OWN_KINDS = new Map<string, ToolKind>(
  Object.entries({
    list: 'read',
    codesearch: 'search',
    codebase_search: 'search',
    lsp_diagnostics: 'search',
    lsp_hover: 'search',
    plan_enter: 'todo',
    plan_exit: 'todo',
    question: 'other',
    skill: 'other',
    batch: 'other',
    invalid: 'other',
  }),
);

/** A tool call by the agent's name for the tool and its arguments. */
export function openCodeTool(name: string, input: Fields | undefined): ToolRef {
  const kind = OWN_KINDS.get(name) ?? toolKind(name);
  // MCP tools are `<server>_<tool>`, without a mark.
  const [, server, tool] = kind === 'other' && !OWN_KINDS.has(name) ? (/^([\w-]+?)_(.+)$/s.exec(name) ?? []) : [];
  if (server && tool) return { name, kind: `mcp:${server}`, target: tool };
  const target = targetOf(name, kind, input ?? {});
  return target === undefined ? { name, kind } : { name, kind, target };
}

function targetOf(name: string, kind: ToolKind, input: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'write':
      return pathTarget(input.filePath ?? input.path);
    case 'edit':
      return pathTarget(input.filePath ?? input.path) ?? patchedFile(input.patchText);
    case 'bash':
      return shellProgram(text(input.command) ?? '')?.name;
    case 'web':
      return hostOf(input.url);
    case 'task':
      return pathTarget(input.subagent_type);
    default:
      return name === 'skill' ? pathTarget(input.name) : undefined;
  }
}

function patchedFile(patch: unknown): string | undefined {
  return pathTarget(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/m.exec(text(patch) ?? '')?.[1]?.trim());
}
