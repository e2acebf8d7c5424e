import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, mcpTool, pathTarget, toolKind } from './toolKind.ts';

/** Tools of Gemini CLI and of Qwen Code, which began as a copy of it, whose names are not among the shared ones. */
const OWN_KINDS: Readonly<Record<string, ToolKind>> = {
  search_file_content: 'search',
  google_web_search: 'web',
  invoke_agent: 'task',
  delegate_to_agent: 'task',
  write_todos: 'todo',
  todo_write: 'todo',
  enter_plan_mode: 'todo',
  exit_plan_mode: 'todo',
  list_directory: 'read',
};
/** Subagents that older versions offered as tools of their own. */
const AGENTS_AS_TOOLS = new Set(['codebase_investigator', 'generalist', 'cli_help', 'browser_agent']);

/** A function call of the model: kind and target. `args` are its arguments. */
export function geminiTool(name: string, args: Fields): ToolRef {
  const mcp = mcpOf(name);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindOf(name);
  const target = targetOf(kind, name, args);
  return target === undefined ? { name, kind } : { name, kind, target };
}

function kindOf(name: string): ToolKind {
  if (AGENTS_AS_TOOLS.has(name)) return 'task';
  if (name.startsWith('tracker_')) return 'todo';
  return Object.hasOwn(OWN_KINDS, name) ? (OWN_KINDS[name] ?? 'other') : toolKind(name);
}

/** `mcp__server__tool`, `mcp_server_tool`, and `server__tool` where older versions told two tools of one name apart. */
function mcpOf(name: string): { server: string; tool: string } | undefined {
  const whole = mcpTool(name);
  if (whole) return whole;
  const match = /^mcp_([^_]+)_(.+)$/s.exec(name) ?? /^([a-z0-9-]+)__(.+)$/is.exec(name);
  return match?.[1] && match[2] ? { server: match[1], tool: match[2] } : undefined;
}

function targetOf(kind: ToolKind, name: string, args: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write': {
      const several = list(args.paths ?? args.include);
      const path = args.file_path ?? args.absolute_path ?? args.path ?? args.dir_path ?? args.notebook_path;
      return pathTarget(path ?? (several.length === 1 ? several[0] : undefined));
    }
    case 'search':
      return pathTarget(args.dir_path ?? args.path);
    case 'bash':
      return typeof args.command === 'string' ? shellProgram(args.command)?.name : undefined;
    case 'web':
      return hostOf(args.url ?? firstUrl(args.prompt));
    case 'task':
      return AGENTS_AS_TOOLS.has(name) ? name : pathTarget(args.agent_name ?? args.subagent_type);
    default:
      return name === 'skill' || name === 'activate_skill' ? pathTarget(args.skill ?? args.name) : undefined;
  }
}

/** `web_fetch` takes its addresses inside of a prompt. */
function firstUrl(prompt: unknown): string | undefined {
  return /\bhttps?:\/\/[^\s"'<>)\]]+/i.exec(text(prompt)?.slice(0, 4000) ?? '')?.[0];
}

/** The type of the subagent that a call launches, or `undefined`. */
export function launchedAgent(name: string, args: Fields): string | undefined {
  return kindOf(name) === 'task' ? (text(args.agent_name) ?? text(args.subagent_type) ?? name) : undefined;
}
