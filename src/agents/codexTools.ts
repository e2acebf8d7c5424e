import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { kindIn, mcpTool, pathTarget } from './toolKind.ts';

/** Programs that only show a file. */
const READERS = new Set('cat head tail nl bat less more wc sed awk'.split(' '));
/** Programs that only look for files or lines. */
const SEARCHERS = new Set('rg grep egrep fgrep ag ack find fd ls tree'.split(' '));
const OWN_KINDS: Readonly<Record<string, ToolKind>> = {
  tool_search: 'search',
  list_mcp_resources: 'other',
  read_mcp_resource: 'other',
};

/** A tool call of a `function_call`, `custom_tool_call`, `local_shell_call` ... item. `input` is its arguments as written. */
export function codexTool(name: string, namespace: string | undefined, input: unknown): ToolRef {
  const mcp = mcpOf(name, namespace);
  if (mcp) return { name: `mcp__${mcp.server}__${mcp.tool}`, kind: `mcp:${mcp.server}`, target: mcp.tool };
  const kind = kindIn(OWN_KINDS, name);
  const written = typeof input === 'string' ? input : '';
  const args = fields(input) ?? fields(parsed(written)) ?? {};
  if (name === 'apply_patch') return patch(name, text(args.input) ?? text(args.patch) ?? written);
  if (kind === 'bash') {
    const command = commandOf(args) ?? scriptedCommand(written);
    return command === undefined ? { name, kind } : shellTool(name, command);
  }
  if (kind === 'task')
    return ref(name, kind, name === 'spawn_agent' ? pathTarget(args.agent_type ?? args.role) : undefined);
  if (kind === 'read') return ref(name, kind, pathTarget(args.path ?? args.file_path));
  return { name, kind };
}

/** A shell call counts as what its program does: Codex reads and searches through the shell. */
function shellTool(name: string, command: string): ToolRef {
  const program = shellProgram(command);
  if (!program) return { name, kind: 'bash' };
  if (program.name === 'apply_patch') return patch(name, command);
  const changes =
    /(^|\s)(-i|--in-place)/.test(program.words.join(' ')) ||
    /(^|[^0-9>&=-])>>?\s*[^&\s>]/.test(command.split('\n')[0] ?? '');
  if (READERS.has(program.name) && !changes) {
    const plain = program.words.filter((word) => !/^(-|\d+$)|[<>]/.test(word));
    const file = plain.at(-1);
    const isFile = file !== undefined && (program.name === 'sed' || program.name === 'awk' ? plain.length > 1 : true);
    return ref(name, 'read', isFile && /^[\w./~@+-]+$/.test(file) ? pathTarget(file) : program.name);
  }
  if (SEARCHERS.has(program.name) && !changes) return ref(name, 'search', program.name);
  return ref(name, 'bash', program.name);
}

function patch(name: string, body: string): ToolRef {
  const change = /^\*\*\* (Add|Update|Delete) File: (.+)$/m.exec(body);
  return ref(name, change?.[1] === 'Add' ? 'write' : 'edit', pathTarget(change?.[2]?.trim()));
}

function mcpOf(name: string, namespace: string | undefined): { server: string; tool: string } | undefined {
  const whole = mcpTool(name);
  if (whole) return whole;
  const server = /^mcp__(.+)$/.exec(namespace ?? '')?.[1]?.replace(/_+$/, '');
  return server ? { server, tool: name } : undefined;
}

/** The command line of shell arguments: a string, or a list that may be `["bash", "-lc", line]`. */
function commandOf(args: Fields): string | undefined {
  const command = args.cmd ?? args.command ?? fields(args.action)?.command;
  if (typeof command === 'string') return command;
  const words = list(command).filter((word): word is string => typeof word === 'string');
  if (words.length === 0) return undefined;
  if (/(^|\/)(ba|z|da)?sh$/.test(words[0] ?? '') && /^-[a-z]*c$/.test(words[1] ?? '')) return words[2];
  return words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", '')}'`)).join(' ');
}

/** Newer versions let the model call the shell from a script: `tools.exec_command({cmd: "rg x"})`. */
function scriptedCommand(script: string): string | undefined {
  const literal = /\btools\.\w+\(\s*\{[^{}]*?\bcmd:\s*("(?:[^"\\]|\\.)*")/s.exec(script.slice(0, 20_000))?.[1];
  return literal === undefined ? undefined : text(parsed(literal));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function ref(name: string, kind: ToolKind, target: string | undefined): ToolRef {
  return target === undefined ? { name, kind } : { name, kind, target };
}
