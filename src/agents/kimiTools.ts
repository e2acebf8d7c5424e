import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, mcpTool, pathTarget, toolKind } from './toolKind.ts';

/** Names of Kimi's own, of both generations. */
const OWN_KINDS = new Map<string, ToolKind>([
  ['ReadMediaFile', 'read'],
  ['StrReplaceFile', 'edit'],
  ['Patch', 'edit'],
  ['Shell', 'bash'],
  ['CMD', 'bash'],
  ['FetchURL', 'web'],
  ['SearchWeb', 'web'],
  ['AgentSwarm', 'task'],
  ['CreateSubagent', 'task'],
  ['TaskList', 'task'],
  ['WaitFor', 'task'],
  ['SetTodoList', 'todo'],
  ['TodoList', 'todo'],
]);

/** A tool call; `args` is an object, or JSON as the model wrote it. */
export function kimiTool(name: string, args: unknown): ToolRef {
  const mcp = mcpTool(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = OWN_KINDS.get(name) ?? toolKind(name);
  const target = targetOf(kind, fields(args) ?? fields(parsed(args)) ?? {});
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

function targetOf(kind: ToolKind, args: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write':
    case 'search':
      return pathTarget(args.path ?? args.file_path);
    case 'bash':
      return typeof args.command === 'string' ? shellProgram(args.command)?.name : undefined;
    case 'web':
      return hostOf(args.url);
    case 'task':
      return pathTarget(text(args.subagent_type) ?? args.subagent_name);
    default:
      return undefined;
  }
}

function parsed(json: unknown): unknown {
  if (typeof json !== 'string') return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
