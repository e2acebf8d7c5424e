import type { Agent } from './agent.ts';
import { claudeCode } from './claudeCode.ts';
import { codex } from './codex.ts';

/** Every agent whose transcripts are read. The one list that names them. */
export const ALL_AGENTS: readonly Agent[] = [claudeCode, codex];
