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

/**
 * How a model's replies become tokens, calibrated on those whose output is exact. Hidden reasoning makes the figure small: it stays within
 * what text can be.
 */
export function charsPerToken(exact: { chars: number; tokens: number } | undefined): number {
  if (!exact || exact.tokens < ENOUGH_TOKENS) return REPLY_CHARS_PER_TOKEN;
  return Math.min(6, Math.max(1.5, exact.chars / exact.tokens));
}
