import type { ToolKind } from './event.ts';

/** Kind by tool name, for the names that agents share. Source: the common tool-kind table of the format notes. */
const SHARED_NAMES: Readonly<Record<Exclude<ToolKind, `mcp:${string}` | 'other'>, string>> = {
  read: 'read read_file read_many_files read_files view view_file view_image list_directory list_files notebookread ls readfile',
  edit: 'edit multiedit notebookedit apply_patch patch replace replace_in_file apply_diff str_replace edit_file',
  write: 'write write_file write_to_file create create_file writefile',
  bash: 'bash bashoutput killshell killbash powershell shell shell_command exec_command write_stdin exec container.exec local_shell run_shell_command execute_command run_command monitor',
  search: 'grep glob lsp rg find grep_search grep_files search_files codebase_search list_dir',
  web: 'webfetch websearch web_fetch web_search web_search_call fetch',
  task: 'task agent taskoutput taskstop sendmessage teamcreate workflow spawn_agent wait_agent wait send_input send_message resume_agent close_agent followup_task interrupt_agent list_agents listagents',
  todo: 'todowrite todoread taskcreate taskupdate tasklist taskget enterplanmode exitplanmode update_plan',
};

const KIND_BY_NAME = new Map<string, ToolKind>(
  Object.entries(SHARED_NAMES).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as ToolKind])),
);

/** The kind of a tool that bears one of the shared names, whatever its case. `mcp__server__tool` is the server's; the rest is `other`. */
export function toolKind(name: string): ToolKind {
  const mcp = mcpTool(name);
  if (mcp) return `mcp:${mcp.server}`;
  return KIND_BY_NAME.get(name.toLowerCase()) ?? 'other';
}

/** The kind that an agent's own table gives to a tool's name, else the shared one. Names like `constructor` are in no table. */
export function kindIn(table: Readonly<Record<string, ToolKind>>, name: string): ToolKind {
  return (Object.hasOwn(table, name) ? table[name] : undefined) ?? toolKind(name);
}

/** Server and tool of a name such as `mcp__github__search_issues`, or `undefined`. */
export function mcpTool(name: string): { server: string; tool: string } | undefined {
  if (!name.startsWith('mcp__')) return undefined;
  const match = /^mcp__(.+?)__(.+)$/s.exec(name);
  return match?.[1] && match[2] ? { server: match[1], tool: match[2] } : undefined;
}

/** Host of a URL, without port, user or query; `undefined` when it is no URL. */
export function hostOf(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  try {
    return new URL(url.includes('://') ? url : `https://${url}`).hostname || undefined;
  } catch {
    return undefined;
  }
}

/** A path as a target: one line, of a sane length. */
export function pathTarget(path: unknown): string | undefined {
  return typeof path === 'string' && path !== '' && path.length <= 1024 && !/[\0\r\n]/.test(path) ? path : undefined;
}
