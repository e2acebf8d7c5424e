import type { Agent } from './agent.ts';
import { amp } from './amp.ts';
import { claudeCode } from './claudeCode.ts';
import { cline, kiloCode, rooCode } from './cline.ts';
import { codex } from './codex.ts';
import { codexCompressed } from './codexCompressed.ts';
import { copilotChat } from './copilotChat.ts';
import { copilotCli } from './copilotCli.ts';
import { crush } from './crush.ts';
import { droid } from './droid.ts';
import { geminiCli, geminiCliDocuments } from './geminiCli.ts';
import { goose, gooseLegacy } from './goose.ts';
import { kimi } from './kimi.ts';
import { kiloCodeDatabase, openCodeDatabase, openCodeFiles } from './openCode.ts';
import { pi } from './pi.ts';
import { qwenCode, qwenCodeDocuments } from './qwenCode.ts';

/** Every agent whose transcripts are read. The one list that names them. */
export const ALL_AGENTS: readonly Agent[] = [
  claudeCode,
  codex,
  codexCompressed,
  pi,
  kimi,
  geminiCli,
  geminiCliDocuments,
  qwenCode,
  qwenCodeDocuments,
  openCodeDatabase,
  openCodeFiles,
  cline,
  rooCode,
  kiloCodeDatabase,
  kiloCode,
  copilotChat,
  amp,
  droid,
  goose,
  gooseLegacy,
  crush,
  copilotCli,
];

/** Their ids, each once: an agent that keeps transcripts in several forms has several entries. */
export const AGENT_IDS: readonly string[] = [...new Set(ALL_AGENTS.map((agent) => agent.id))];
