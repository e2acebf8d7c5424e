import type { Agent } from './agent.ts';
import { claudeCode } from './claudeCode.ts';
import { codex } from './codex.ts';
import { kimi } from './kimi.ts';
import { pi } from './pi.ts';

/** Every agent whose transcripts are read. The one list that names them. */
export const ALL_AGENTS: readonly Agent[] = [claudeCode, codex, pi, kimi];

/** Their ids, each once: an agent that keeps transcripts in several forms has several entries. */
export const AGENT_IDS: readonly string[] = [...new Set(ALL_AGENTS.map((agent) => agent.id))];
