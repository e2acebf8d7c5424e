import type { ToolKind } from './event.ts';
import { type Fields, text } from './fields.ts';
import { shellProgram } from './shellProgram.ts';
import { hostOf, pathTarget } from './toolKind.ts';

/**
 * What a tool call works on, by the names of arguments that agents share: a file, a program, a host, the type of a subagent. `undefined` when
 * none of them is there.
 */
export function toolTarget(kind: ToolKind, input: Fields): string | undefined {
  switch (kind) {
    case 'read':
    case 'edit':
    case 'write':
    case 'search':
      return pathTarget(input.path ?? input.file_path ?? input.filePath);
    case 'bash':
      return shellProgram(text(input.command) ?? text(input.cmd) ?? '')?.name;
    case 'web':
      return hostOf(input.url);
    case 'task':
      return pathTarget(input.agent_type ?? input.subagent_type ?? input.agent);
    default:
      return undefined;
  }
}
