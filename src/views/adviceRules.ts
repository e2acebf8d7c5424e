import type { Kind } from '../ledger/kind.ts';
import type { ItemUse } from '../queries/countedRequests.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import type { ThreadUse } from '../queries/threadUse.ts';
import type { Advice, AdviceAction } from './advice.ts';
import { kindLabel } from './bar.ts';
import { type CostOfPicture, costWords } from './costShown.ts';
import { baseName, compactTokens, duration, exactNumber, label, percent, usd } from './format.ts';
import { localPath } from './localPath.ts';
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

type Finding = Omit<Advice, 'id' | 'rule'>;

interface Rule {
  id: string;
  /** What is worth saying, under limits that keep it from nagging. */
  find(input: AdviceInput): Finding[];
}

/** Below these nothing is said. Tokens, shares of 1, turns. */
const LIMITS = {
  repeatedRead: { calls: 3, tokens: 5000, shareOfWindow: 0.02 },
  dominantOutput: { tokens: 20_000, shareOfContext: 0.4 },
  unusedServer: { tokens: 4000, turns: 5 },
  coldCache: { tokens: 20_000, turnsAgo: 20 },
  compactNow: { tokens: 30_000, shareOfWindow: 0.4, turnsSince: 10, idleMs: 12 * 3_600_000 },
  carriedResult: { tokens: 10_000, calls: 2, carry: 10, shareOfSpent: 0.1 },
} as const;

/** A summary's size where the thread was never compacted. */
const USUAL_SUMMARY_TOKENS = 3000;

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

/** Kinds whose parts are results of tools. */
const NOT_TOOLS: readonly string[] = ['system', 'memory', 'user', 'model', 'summary', 'unattributed', 'task', 'todo'];

const totalOf = ({ spent }: Pick<ItemUse, 'spent'>): number =>
  spent.input + spent.cacheRead + spent.cacheWrite5m + spent.cacheWrite1h + spent.output;

const subjectOf = (item: ItemUse): string => `${item.kind}\n${item.target}`;

/** A part of what was spent, at its price. */
const partOf = (costUsd: number | null, share: number): number | null => (costUsd === null ? null : costUsd * share);

function compactAction({ agent }: AdviceInput): { action?: AdviceAction } {
  const command = COMPACT_COMMANDS[agent];
  return command === undefined ? {} : { action: { kind: 'copyText', text: command, label: t('Copy {0}', command) } };
}

function fileAction(item: ItemUse, { workspace }: AdviceInput): { action?: AdviceAction } {
  const path = localPath(item.target, workspace);
  return path === undefined ? {} : { action: { kind: 'openFile', path } };
}

const repeatedReads: Rule = {
  id: 'repeated-read',
  find(input) {
    const { locale, use, windowTokens } = input;
    const limits = LIMITS.repeatedRead;
    return use.items.flatMap((item): Finding[] => {
      if (item.kind !== 'read' || item.target === '' || item.calls < limits.calls) return [];
      const share = (item.calls - 1) / item.calls;
      const savesTokens = Math.round(item.entered * share);
      if (savesTokens < Math.max(limits.tokens, limits.shareOfWindow * windowTokens)) return [];
      return [
        {
          subject: subjectOf(item),
          title: t('{0} was read {1} times', label(baseName(item.target), 60), exactNumber(item.calls, locale)),
          detail: t(
            '{0} tokens of it entered the context in {1} reads; all but one of them, if they were of the same lines, are repeats.',
            exactNumber(item.entered, locale),
            exactNumber(item.calls, locale),
          ),
          savesTokens,
          saving: 'once',
          isEstimate: true,
          savesUsd: partOf(item.costUsd, share),
          ...fileAction(item, input),
        },
      ];
    });
  },
};

const dominantOutputs: Rule = {
  id: 'dominant-output',
  find(input) {
    const { locale, use, thread } = input;
    const limits = LIMITS.dominantOutput;
    return use.items.flatMap((item): Finding[] => {
      const share = thread.contextTokens > 0 ? item.inWindow / thread.contextTokens : 0;
      if (NOT_TOOLS.includes(item.kind) || item.target === '') return [];
      if (share < limits.shareOfContext || item.inWindow < limits.tokens) return [];
      const name = item.kind === 'read' ? label(baseName(item.target), 60) : t('Output of {0}', label(item.target, 60));
      return [
        {
          subject: subjectOf(item),
          title: t('{0} makes up {1} of the context', name, percent(share, locale)),
          detail: t(
            '{0} of {1} tokens in the window belong to it; each further turn carries them until they are compacted away.',
            exactNumber(item.inWindow, locale),
            exactNumber(thread.contextTokens, locale),
          ),
          savesTokens: item.inWindow,
          saving: 'perTurn',
          isEstimate: thread.contextEstimated === 1,
          savesUsd: null,
          ...(item.kind === 'read' ? fileAction(item, input) : compactAction(input)),
        },
      ];
    });
  },
};

/** As agents name the definitions of an MCP server's tools in a prompt's head. */
const DEFINITIONS = /^mcp:(.+) definitions$/;

const unusedServers: Rule = {
  id: 'unused-mcp-server',
  find({ locale, use, usedKinds }) {
    const limits = LIMITS.unusedServer;
    if (use.turns.length < limits.turns) return [];
    return use.items.flatMap((item): Finding[] => {
      const server = item.kind === 'system' ? DEFINITIONS.exec(item.target)?.[1] : undefined;
      if (server === undefined || item.inWindow < limits.tokens || usedKinds.has(`mcp:${server}`)) return [];
      const turns = use.turns.length;
      return [
        {
          subject: subjectOf(item),
          title: t('MCP server {0} was not called', label(server, 40)),
          detail: t(
            'The definitions of its tools take about {0} tokens of each prompt: {1} in {2} turns so far.',
            exactNumber(item.inWindow, locale),
            exactNumber(totalOf(item), locale),
            exactNumber(turns, locale),
          ),
          savesTokens: item.inWindow,
          saving: 'perTurn',
          isEstimate: true,
          savesUsd: item.costUsd,
        },
      ];
    });
  },
};

const coldCaches: Rule = {
  id: 'cold-cache',
  find({ locale, use }) {
    const limits = LIMITS.coldCache;
    const pauses = use.events.filter((event) => event.kind === 'pause' && (event.rewritten ?? 0) >= limits.tokens);
    const last = pauses.at(-1);
    const turn = last && use.turns[last.turn];
    const before = last && use.turns[last.turn - 1];
    if (!last || !turn || !before || use.turns.length - last.turn > limits.turnsAgo) return [];
    const rewritten = pauses.reduce((sum, event) => sum + (event.rewritten ?? 0), 0);
    const pause = duration(turn.atMs - before.atMs);
    return [
      {
        subject: 'pause',
        title:
          pauses.length === 1
            ? t('The cache expired in a pause of {0}', pause)
            : t('The cache expired {0} times, at last in a pause of {1}', exactNumber(pauses.length, locale), pause),
        detail: t(
          '{0} tokens of unchanged prompts were not read from the cache, but sent again at the price of new ones: after a long pause a compacted or new session is cheaper to go on with.',
          exactNumber(rewritten, locale),
        ),
        savesTokens: rewritten,
        saving: 'price',
        isEstimate: false,
        savesUsd: pauses.some((event) => event.extraUsd === undefined)
          ? null
          : pauses.reduce((sum, event) => sum + (event.extraUsd ?? 0), 0),
      },
    ];
  },
};

const compactNow: Rule = {
  id: 'compact-now',
  find(input) {
    const { locale, nowMs, thread, use, windowTokens } = input;
    const limits = LIMITS.compactNow;
    const compactions = use.events.filter((event) => event.kind === 'compaction');
    const last = compactions.at(-1);
    const turnsSince = use.turns.length - (last?.turn ?? 0);
    if (thread.contextEstimated === 1 || turnsSince < limits.turnsSince) return [];
    if (nowMs - thread.lastAtMs > limits.idleMs) return [];
    if (thread.contextTokens < limits.shareOfWindow * windowTokens) return [];
    const after = last && use.turns[last.turn]?.contextTokens;
    const head = use.items.reduce(
      (sum, item) => sum + (item.kind === 'system' || item.kind === 'memory' ? item.inWindow : 0),
      0,
    );
    const left = after ?? head + USUAL_SUMMARY_TOKENS;
    const savesTokens = thread.contextTokens - left;
    if (savesTokens < limits.tokens || compactAction(input).action === undefined) return [];
    const context = exactNumber(thread.contextTokens, locale);
    return [
      {
        subject: 'context',
        title: t('Compacting now would free about {0} tokens', compactTokens(savesTokens, locale)),
        detail:
          after === undefined
            ? t(
                'The context is {0} tokens; system prompt and memory ({1}) and a summary of about {2} would stay.',
                context,
                exactNumber(head, locale),
                exactNumber(USUAL_SUMMARY_TOKENS, locale),
              )
            : t(
                'The context is {0} tokens; after the last compaction {1} were left.',
                context,
                exactNumber(after, locale),
              ),
        savesTokens,
        saving: 'perTurn',
        isEstimate: true,
        savesUsd: null,
        ...compactAction(input),
      },
    ];
  },
};

const carriedResults: Rule = {
  id: 'carried-result',
  find(input) {
    const { locale, use } = input;
    const limits = LIMITS.carriedResult;
    const all = use.items.reduce((sum, item) => sum + totalOf(item), 0);
    return use.items.flatMap((item): Finding[] => {
      if (NOT_TOOLS.includes(item.kind) || item.target === '' || item.calls > limits.calls) return [];
      if (item.inWindow < limits.tokens || (item.carry ?? 0) < limits.carry) return [];
      const spent = totalOf(item);
      if (spent < limits.shareOfSpent * all) return [];
      const sent = [exactNumber(item.entered, locale), exactNumber(spent, locale)] as const;
      return [
        {
          subject: subjectOf(item),
          title: t(
            '{0} ({1}) has been paid for {2} times',
            label(baseName(item.target), 60),
            kindLabel(item.kind as Kind),
            exactNumber(Math.round(item.carry ?? 0), locale),
          ),
          detail:
            item.costUsd === null
              ? t('{0} tokens entered the context once and were sent with each turn since: {1} tokens so far.', ...sent)
              : t(
                  '{0} tokens entered the context once and were sent with each turn since: {1} tokens so far, {2}.',
                  ...sent,
                  costWords(usd(item.costUsd, locale), input.cost),
                ),
          savesTokens: item.inWindow,
          saving: 'perTurn',
          isEstimate: false,
          savesUsd: item.costUsd,
          ...(item.kind === 'read' ? fileAction(item, input) : compactAction(input)),
        },
      ];
    });
  },
};

/** Every rule. */
export const RULES: readonly Rule[] = [
  repeatedReads,
  dominantOutputs,
  unusedServers,
  coldCaches,
  compactNow,
  carriedResults,
];
