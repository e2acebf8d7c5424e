import type { ToolKind, ToolRef } from './event.ts';
import { type Fields, fields, list, text } from './fields.ts';
import { type ShellProgram, shellProgram } from './shellProgram.ts';
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
  if (name === 'apply_patch') {
    const args = argumentsOf(input);
    return patch(name, text(args.input) ?? text(args.patch) ?? written);
  }
  if (kind === 'bash') {
    const command = commandOf(argumentsOf(input)) ?? scriptedCommand(written);
    return command === undefined ? ref(name, kind) : shellTool(name, command);
  }
  if (kind === 'read') {
    const args = argumentsOf(input);
    return ref(name, kind, pathTarget(args.path ?? args.file_path));
  }
  if (name === 'spawn_agent') {
    const args = argumentsOf(input);
    return ref(name, kind, pathTarget(args.agent_type ?? args.role));
  }
  return ref(name, kind);
}

const NO_ARGUMENTS: Fields = {};

/** Arguments as an object: where they are a patch or a script, there are none. To have `JSON.parse` throw at those takes 50 times longer than to look. */
function argumentsOf(input: unknown): Fields {
  if (typeof input !== 'string') return fields(input) ?? NO_ARGUMENTS;
  return (/^\s*\{/.test(input) ? fields(parsed(input)) : undefined) ?? NO_ARGUMENTS;
}

/** A shell call counts as what its program does: Codex reads and searches through the shell. */
function shellTool(name: string, command: string): ToolRef {
  const program = shellProgram(command);
  if (!program) return ref(name, 'bash');
  if (program.name === 'apply_patch') return patch(name, command);
  const isReader = READERS.has(program.name);
  if ((!isReader && !SEARCHERS.has(program.name)) || changesFiles(program, command))
    return ref(name, 'bash', program.name);
  if (isReader) {
    const plain = program.words.filter((word) => !/^(-|\d+$)|[<>]/.test(word));
    const file = plain.at(-1);
    const isFile = file !== undefined && (program.name === 'sed' || program.name === 'awk' ? plain.length > 1 : true);
    return ref(name, 'read', isFile && /^[\w./~@+-]+$/.test(file) ? pathTarget(file) : program.name);
  }
  return ref(name, 'search', program.name);
}

/** A program that else only shows something writes it into a file. */
function changesFiles({ words }: ShellProgram, command: string): boolean {
  const newline = command.indexOf('\n');
  const line = newline < 0 ? command : command.slice(0, newline);
  return /(^|\s)(-i|--in-place)/.test(words.join(' ')) || /(^|[^0-9>&=-])>>?\s*[^&\s>]/.test(line);
}

function patch(name: string, body: string): ToolRef {
  const change = /^\*\*\* (Add|Update|Delete) File: (.+)$/m.exec(body);
  return ref(name, change?.[1] === 'Add' ? 'write' : 'edit', pathTarget(change?.[2]?.trim()));
}

function mcpOf(name: string, namespace: string | undefined): { server: string; tool: string } | undefined {
  const whole = mcpTool(name);
  if (whole) return whole;
  if (namespace === undefined) return undefined;
  const server = /^mcp__(.+)$/.exec(namespace)?.[1]?.replace(/_+$/, '');
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

/** All of one shape: there is one for each call. */
function ref(name: string, kind: ToolKind, target?: string): ToolRef {
  return { name, kind, target };
}
