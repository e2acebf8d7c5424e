/** Tiers at the list price. */
const LIST_PRICE_TIERS = new Set(['standard', 'default', 'auto', 'standard_only']);

/** A tier as prices know it: empty = the list price's. */
export const priceTier = (tier: string | null | undefined): string =>
  tier === undefined || tier === null || LIST_PRICE_TIERS.has(tier) ? '' : tier;

/** What a tier costs of the list price, for all token classes alike. */
interface TierRule {
  factor: number;
  /** Prompts above so many tokens are not sold in this tier: their price is not known. */
  upTo?: number;
}

/** From here on OpenAI sells a prompt only at its rates for long context. */
const SHORT_CONTEXT = 271_999;

const fast = (factor: number, upTo?: number): TierRule => ({ factor, upTo });
const FLEX: TierRule = { factor: 0.5 };

const openAi = (factor: number, upTo?: number): Record<string, TierRule> => ({
  // The provider renamed its priority processing to fast mode on 2026-07-30, and takes either name.
  priority: fast(factor, upTo),
  fast: fast(factor, upTo),
  flex: FLEX,
});

/**
 * What the tiers of coding agents cost, by model of the price list, which has the standard tier alone. Only what the providers state:
 * Anthropic's documentation of fast mode (platform.claude.com/docs/en/build-with-claude/fast-mode), OpenAI's price table of fast mode, formerly
 * priority processing (openai.com/api-fast-mode), and of flex processing, which is half the list price. Any other tier or model has no price.
 */
const TIERS: Readonly<Record<string, Record<string, TierRule>>> = {
  'anthropic/claude-opus-4-6': { fast: fast(6) },
  'anthropic/claude-opus-4-7': { fast: fast(6) },
  'anthropic/claude-opus-4-8': { fast: fast(2) },
  'anthropic/claude-opus-5': { fast: fast(2) },
  'anthropic/claude-opus-5-5': { fast: fast(2) },
  'openai/gpt-4.1': { priority: fast(1.75), fast: fast(1.75) },
  'openai/gpt-5': openAi(2),
  'openai/gpt-5-mini': openAi(1.8),
  'openai/gpt-5.1': openAi(2),
  'openai/gpt-5.2': openAi(2),
  'openai/gpt-5.4': openAi(2, SHORT_CONTEXT),
  'openai/gpt-5.4-mini': openAi(2),
  'openai/gpt-5.5': openAi(2.5, SHORT_CONTEXT),
  'openai/gpt-5.6-luna': openAi(2, SHORT_CONTEXT),
  'openai/gpt-5.6-sol': openAi(2, SHORT_CONTEXT),
  'openai/gpt-5.6-terra': openAi(2, SHORT_CONTEXT),
};

/** Counts changes of the table: requests that were priced by an earlier one are priced anew. */
export const TIER_RULES_VERSION = 1;

/**
 * @param listed provider and model as the price list calls them: `openai/gpt-5.5`
 * @param tier not empty
 * @returns what to multiply the list price of tokens by; `undefined` = not known
 */
export function tierFactor(listed: string, tier: string, promptTokens: number): number | undefined {
  const rule = Object.hasOwn(TIERS, listed) ? TIERS[listed] : undefined;
  const found = rule && Object.hasOwn(rule, tier) ? rule[tier] : undefined;
  return found === undefined || promptTokens > (found.upTo ?? Number.POSITIVE_INFINITY) ? undefined : found.factor;
}
