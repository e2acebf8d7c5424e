import type { Kind } from '../ledger/kind.ts';
import type { ItemUse } from '../queries/countedRequests.ts';
import type { AdviceAction } from './advice.ts';
import { type AdviceInput, compactAction, type Finding, type Rule } from './adviceRule.ts';
import { kindLabel } from './bar.ts';
import { costWords } from './costShown.ts';
import { baseName, exactNumber, label, percent, usd } from './format.ts';
import { localPath } from './localPath.ts';
import { t } from './text.ts';

/** Below these nothing is said. Tokens, shares of 1, turns. */
const LIMITS = {
  repeatedRead: { calls: 3, tokens: 5000, shareOfWindow: 0.02 },
  dominantOutput: { tokens: 20_000, shareOfContext: 0.4 },
  unusedServer: { tokens: 4000, turns: 5 },
  carriedResult: { tokens: 10_000, calls: 2, carry: 10, shareOfSpent: 0.1 },
} as const;

/** Kinds whose parts are results of tools. */
const NOT_TOOLS: readonly string[] = ['system', 'memory', 'user', 'model', 'summary', 'unattributed', 'task', 'todo'];

const totalOf = ({ spent }: Pick<ItemUse, 'spent'>): number =>
  spent.input + spent.cacheRead + spent.cacheWrite5m + spent.cacheWrite1h + spent.output;

const subjectOf = (item: ItemUse): string => `${item.kind}\n${item.target}`;

/** A part of what was spent, at its price. */
const partOf = (costUsd: number | null, share: number): number | null => (costUsd === null ? null : costUsd * share);

function fileAction(item: ItemUse, { workspace }: AdviceInput): { action?: AdviceAction } {
  const path = localPath(item.target, workspace);
  return path === undefined ? {} : { action: { kind: 'openFile', path } };
}

/** A file was read again and again. */
export const repeatedReads: Rule = {
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

/** One file or output fills much of the context. */
export const dominantOutputs: Rule = {
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

/** An MCP server that is carried along and never called. */
export const unusedServers: Rule = {
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

/** A result that was paid for with each turn since. */
export const carriedResults: Rule = {
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
