import type { ThreadStateRow } from '../queries/threads.ts';
import type { ThreadUse } from '../queries/threadUse.ts';
import type { Advice, AdviceAction } from './advice.ts';
import type { CostOfPicture } from './costShown.ts';
import { t } from './text.ts';

/** What advice about a thread is made from. */
export interface AdviceInput {
  locale: string;
  nowMs: number;
  agent: string;
  /** The session's folder. */
  workspace: string | null;
  thread: ThreadStateRow;
  /** Of the whole thread. */
  use: ThreadUse;
  /** Kinds that the session, its subagents included, spent tokens on: an MCP server is among them when it was called. */
  usedKinds: ReadonlySet<string>;
  windowTokens: number;
  /** How costs are called. */
  cost?: CostOfPicture;
}

/** What a rule found. */
export type Finding = Omit<Advice, 'id' | 'rule'>;

/** One kind of advice. */
export interface Rule {
  id: string;
  /** What is worth saying, under limits that keep it from nagging. */
  find(input: AdviceInput): Finding[];
}

/** How agents are told to compact. */
const COMPACT_COMMANDS: Readonly<Record<string, string>> = {
  'claude-code': '/compact',
  codex: '/compact',
  'gemini-cli': '/compress',
  'qwen-code': '/compress',
  opencode: '/compact',
  'copilot-cli': '/compact',
  kimi: '/compact',
  pi: '/compact',
};

/** What frees the context; nothing where it is not known how the agent is told to. */
export function compactAction({ agent }: AdviceInput): { action?: AdviceAction } {
  const command = COMPACT_COMMANDS[agent];
  return command === undefined ? {} : { action: { kind: 'copyText', text: command, label: t('Copy {0}', command) } };
}
