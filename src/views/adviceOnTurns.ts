import { compactAction, type Rule } from './adviceRule.ts';
import { compactTokens, duration, exactNumber } from './format.ts';
import { t } from './text.ts';

/** Below these nothing is said. Tokens, shares of 1, turns. */
const LIMITS = {
  coldCache: { tokens: 20_000, turnsAgo: 20 },
  compactNow: { tokens: 30_000, shareOfWindow: 0.4, turnsSince: 10, idleMs: 12 * 3_600_000 },
} as const;

/** A summary's size where the thread was never compacted. */
const USUAL_SUMMARY_TOKENS = 3000;

/** The cache expired in a pause. */
export const coldCaches: Rule = {
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

/** The context is large, and a summary would be small. */
export const compactNow: Rule = {
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
