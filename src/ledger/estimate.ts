import type { BlockEvent } from '../agents/event.ts';

/**
 * Characters per token by what a block holds, measured on transcripts whose replies and prompt growth are exact. Estimates only ever
 * divide an exact figure; on their own they stand only where they are marked as estimated.
 */
const CHARS_PER_TOKEN: Record<BlockEvent['part'], number> = {
  text: 3.8,
  thinking: 3.8,
  summary: 3.8,
  memory: 3.8,
  attachment: 3.6,
  toolCall: 3.3,
  toolResult: 3.3,
  image: 1,
};

/** What a picture costs when the transcript does not say its size: a full-size one at Anthropic's width × height / 750. */
const IMAGE_TOKENS = 1500;

/** Estimated tokens of a block, at least 1. */
export function estimateTokens(block: Pick<BlockEvent, 'part' | 'chars'>): number {
  if (block.part === 'image' && block.chars === 0) return IMAGE_TOKENS;
  return Math.max(1, Math.round(block.chars / CHARS_PER_TOKEN[block.part]));
}

/** Characters per output token of replies, over transcripts whose output is exact: until a thread has exact replies of its own. */
const REPLY_CHARS_PER_TOKEN = 3.7;
/** Fewer exact tokens than these say too little. */
const ENOUGH_TOKENS = 200;
/** What text can be. */
const LEAST_CHARS_PER_TOKEN = 1.5;
const MOST_CHARS_PER_TOKEN = 6;

/**
 * How a model's replies become tokens, calibrated on those whose output is exact. Hidden reasoning makes the figure small: it stays within
 * what text can be.
 */
export function charsPerToken(exact: { chars: number; tokens: number } | undefined): number {
  if (!exact || exact.tokens < ENOUGH_TOKENS) return REPLY_CHARS_PER_TOKEN;
  return Math.min(MOST_CHARS_PER_TOKEN, Math.max(LEAST_CHARS_PER_TOKEN, exact.chars / exact.tokens));
}

/** Replies with hidden reasoning have fewer characters than tokens. */
const LEAST_WITH_HIDDEN = 0.3;

/**
 * As `charsPerToken`, over all replies of a model that are stored: in steps of a tenth, so that a few more exact replies rarely move what
 * was estimated before. A function of the two sums alone: in which order they came does not matter.
 */
export function steadyCharsPerToken(exact: { chars: number; tokens: number }, hidesThinking: boolean): number {
  if (exact.tokens < ENOUGH_TOKENS) return REPLY_CHARS_PER_TOKEN;
  const least = hidesThinking ? LEAST_WITH_HIDDEN : LEAST_CHARS_PER_TOKEN;
  return Math.round(Math.min(MOST_CHARS_PER_TOKEN, Math.max(least, exact.chars / exact.tokens)) * 10) / 10;
}
