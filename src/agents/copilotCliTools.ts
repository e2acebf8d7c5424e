import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, text } from './fields.ts';
import { mcpTool, pathTarget, toolKind } from './toolKind.ts';
import { toolTarget } from './toolTarget.ts';

/** Names of Copilot's own. */
const OWN_KINDS = new Map<string, ToolKind>([
  ['str_replace_editor', 'edit'],
  ['search_code_subagent', 'task'],
  ['read_agent', 'task'],
  ['write_agent', 'task'],
  ['list_agents', 'task'],
  ['update_todo', 'todo'],
  ['sql', 'todo'],
  ['report_intent', 'other'],
  ['task_complete', 'other'],
  ['ask_user', 'other'],
  ['skill', 'other'],
  ['exit_plan_mode', 'todo'],
]);
/** Shells have companions: `read_bash`, `stop_powershell` ... */
const SHELL = /^((read|write|stop|list)_)?(bash|powershell)$/;

/** A tool request; `server` and `tool` as newer versions state them for tools of MCP servers. */
export function copilotTool(name: string, args: unknown, server?: string, tool?: string): ToolRef {
  const kind = SHELL.test(name) ? 'bash' : (OWN_KINDS.get(name) ?? toolKind(name));
  const mcp = server === undefined ? (kind === 'other' ? mcpOf(name) : mcpTool(name)) : { server, tool: tool ?? name };
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const given = fields(args) ?? {};
  if (name === 'str_replace_editor') return editor(name, given);
  if (name === 'apply_patch') return patch(name, text(args) ?? text(given.patch) ?? text(given.input) ?? '');
  const target = toolTarget(kind, given);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

/** `<server>-<tool>` or `<server>/<tool>`: tools have no dashes in their names, servers may. */
function mcpOf(name: string): { server: string; tool: string } | undefined {
  if (OWN_KINDS.has(name)) return undefined;
  const match = /^([\w.-]+)[-/]([\w.]+)$/.exec(name);
  return match?.[1] && match[2] ? { server: match[1], tool: match[2] } : undefined;
}

/** One tool that shows, makes and changes files, by its command. */
function editor(name: string, args: Fields): ToolRef {
  const kind = args.command === 'view' ? 'read' : args.command === 'create' ? 'write' : 'edit';
  const target = pathTarget(args.path);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

function patch(name: string, body: string): ToolRef {
  const change = /^\*\*\* (Add|Update|Delete) File: (.+)$/m.exec(body.slice(0, 100_000));
  const target = pathTarget(change?.[2]?.trim());
  return { name, kind: change?.[1] === 'Add' ? 'write' : 'edit', ...(target === undefined ? {} : { target }) };
}
