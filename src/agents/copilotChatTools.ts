import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, pathTarget, toolKind } from './toolKind.ts';

/**
 * Kinds of tools by their two names: the model knows `read_file`, the editor's record of the same call says `copilot_readFile`. Names that all
 * agents share are not repeated.
 */
const NAMES: Readonly<Record<Exclude<ToolKind, `mcp:${string}` | 'other'>, string>> = {
  read: 'copilot_readFile copilot_listDirectory copilot_getNotebookSummary copilot_getErrors copilot_getChangedFiles copilot_viewImage list_dir get_errors get_changed_files copilot_getNotebookSummary copilot_readProjectStructure read_project_structure read_notebook_cell_output copilot_readNotebookCellOutput',
  edit: 'copilot_applyPatch copilot_replaceString copilot_multiReplaceString copilot_insertEdit copilot_editNotebook copilot_editFiles replace_string_in_file multi_replace_string_in_file insert_edit_into_file edit_notebook_file vscode_editFile_internal',
  write:
    'copilot_createFile copilot_createDirectory copilot_createNewJupyterNotebook create_directory create_new_jupyter_notebook',
  bash: 'copilot_runInTerminal run_in_terminal copilot_getTerminalOutput get_terminal_output send_to_terminal kill_terminal terminal_last_command terminal_selection create_and_run_task run_task get_task_output runTests copilot_runTests copilot_runNotebookCell run_notebook_cell copilot_runVscodeCommand',
  search:
    'copilot_findFiles copilot_findTextInFiles copilot_searchCodebase copilot_searchWorkspaceSymbols copilot_listCodeUsages file_search semantic_search search_workspace_symbols list_code_usages vscode_listCodeUsages test_search copilot_githubRepo github_repo',
  web: 'copilot_fetchWebPage fetch_webpage vscode_fetchWebPage_internal copilot_openSimpleBrowser open_simple_browser open_browser_page',
  task: 'runSubagent search_subagent execution_subagent',
  todo: 'manage_todo_list',
};

const KIND_BY_NAME = new Map<string, ToolKind>(
  Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as ToolKind])),
);

/** A tool call's name, kind and target. `input` is its arguments, parsed. MCP tools are called `mcp_<server>_<tool>`. */
export function copilotChatTool(name: string, input: Fields): ToolRef {
  const [, server, tool] = /^mcp_(.+?)_(.+)$/s.exec(name) ?? [];
  if (server && tool) return { name, kind: `mcp:${server}`, target: tool };
  const kind = KIND_BY_NAME.get(name) ?? toolKind(name);
  const target = targetOf(kind, input);
  return { name, kind, ...(target === undefined ? {} : { target }) };
}

function targetOf(kind: ToolKind, input: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write':
      return pathTarget(
        input.filePath ??
          input.path ??
          input.dirPath ??
          fields(list(input.replacements)[0])?.filePath ??
          patched(input),
      );
    case 'bash':
      return typeof input.command === 'string' ? shellProgram(input.command)?.name : undefined;
    case 'web':
      return hostOf(input.url ?? list(input.urls)[0]);
    case 'task':
      return pathTarget(input.agentName);
    default:
      return undefined;
  }
}

/** The first file of a patch. */
function patched(input: Fields): string | undefined {
  const patch = text(input.input) ?? text(input.patch) ?? '';
  return /^\*\*\* (?:Add|Update|Delete) File: (.+)$/m.exec(patch)?.[1]?.trim();
}
