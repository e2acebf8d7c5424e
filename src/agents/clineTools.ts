import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, pathTarget, toolKind } from './toolKind.ts';

/** Tools beside those with common names. */
const OWN_KINDS = new Map<string, ToolKind>(
  Object.entries({
    run_commands: 'bash',
    search_codebase: 'search',
    list_code_definition_names: 'search',
    editor: 'edit',
    insert_content: 'edit',
    search_and_replace: 'edit',
    search_replace: 'edit',
    browser_action: 'web',
    fetch_web_content: 'web',
    update_todo_list: 'todo',
    plan_mode_respond: 'todo',
    focus_chain: 'todo',
    new_task: 'task',
    use_subagents: 'task',
    attempt_completion: 'other',
    ask_followup_question: 'other',
    access_mcp_resource: 'other',
    use_mcp_tool: 'other',
    switch_mode: 'other',
    fetch_instructions: 'other',
    condense: 'other',
    summarize_task: 'other',
    new_rule: 'other',
    use_skill: 'other',
    run_slash_command: 'other',
    generate_image: 'other',
  }),
);

/** Names that stand as XML tags in a reply, before tools were called natively. */
export const XML_TOOLS = new RegExp(
  `<(${[
    ...OWN_KINDS.keys(),
    ...'read_file write_to_file replace_in_file apply_diff apply_patch edit_file search_files list_files codebase_search execute_command web_fetch web_search'.split(
      ' ',
    ),
  ].join('|')})>`,
);

/** A tool call by its name and its arguments. */
export function clineTool(name: string, input: Fields | undefined): ToolRef {
  const args = input ?? {};
  const mcp = mcpOf(name, args);
  if (mcp) return { name, kind: `mcp:${mcp.server}`, ...(mcp.tool === undefined ? {} : { target: mcp.tool }) };
  const kind = OWN_KINDS.get(name) ?? toolKind(name);
  const target = targetOf(kind, args);
  return target === undefined ? { name, kind } : { name, kind, target };
}

/** MCP tools go through `use_mcp_tool`, or bear names that each product makes its own way. */
function mcpOf(name: string, args: Fields): { server: string; tool?: string } | undefined {
  if (name === 'use_mcp_tool' || name === 'access_mcp_resource') {
    const server = text(args.server_name);
    return server === undefined ? undefined : { server, tool: pathTarget(args.tool_name) };
  }
  const [, server, tool] = /^(?:mcp--|mcp__)?([\w.-]+?)(?:--|__|0mcp0)(.+)$/s.exec(name) ?? [];
  return server && tool ? { server, tool } : undefined;
}

function targetOf(kind: ToolKind, args: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write': {
      const first = list(args.files ?? args.paths)[0];
      return pathTarget(args.path ?? args.file_path ?? args.absolutePath ?? fields(first)?.path ?? first);
    }
    case 'bash': {
      const first = args.command ?? list(args.commands)[0];
      return shellProgram(text(first) ?? text(fields(first)?.command) ?? '')?.name;
    }
    case 'web':
      return hostOf(args.url);
    case 'task':
      return pathTarget(args.mode);
    default:
      return undefined;
  }
}

/** A tool call written as XML in a reply: `<read_file><path>src/x</path></read_file>`. */
export function xmlTool(name: string, body: string): ToolRef {
  const args: Fields = {};
  for (const [, key, value] of body
    .slice(0, 4000)
    .matchAll(/<(path|command|url|mode|server_name|tool_name)>\s*([^<]{0,1024}?)\s*<\/\1>/g)) {
    if (key !== undefined) args[key] ??= value;
  }
  return clineTool(name, args);
}
