import { apportion } from './apportion.ts';
import type { Kind } from './kind.ts';

/** A run of tokens in a prompt, with its owner. */
export interface Entry {
  kind: Kind;
  /** File, program, host, MCP tool or subagent; empty for kinds without. */
  target: string;
  tokens: number;
  /** The run is a tool's result: the first to go when a context shrinks without a boundary. */
  isResult: boolean;
}

/** Something that entered a context; its exact size is not known yet. */
export interface Arrival extends Omit<Entry, 'tokens'> {
  /** Estimated tokens: decides its part of an exact figure. */
  weight: number;
  /** A tool call that a reply made. */
  isCall: boolean;
}

/** A run that is no tool's result. Entries are made in one place: all with the same fields, in the same order, are quickest to work with. */
export const entry = (kind: Kind, target: string, tokens: number, isResult = false): Entry => ({
  kind,
  target,
  isResult,
  tokens,
});

/** The composition of a prompt, in the order in which its parts stand there. */
export type Composition = Entry[];

export function sizeOf(composition: Composition): number {
  let tokens = 0;
  for (let at = 0; at < composition.length; at++) tokens += (composition[at] as Entry).tokens;
  return tokens;
}

/** Kinds that stand at the head of every prompt. */
const isPreamble = (kind: Kind): boolean => kind === 'system' || kind === 'memory';

/** What survives a compaction: the system prompt and memory at the head of a prompt, not what was said of the like later on. */
export function preambleOf(composition: Composition): Composition {
  const end = composition.findIndex((entry) => !isPreamble(entry.kind));
  return composition.slice(0, end < 0 ? composition.length : end).map((entry) => ({ ...entry }));
}

/**
 * The first prompt of a thread: what arrived gets its estimate, the rest of the exact size is the system prompt and the tool
 * definitions. When the estimates are larger than the prompt they only divide it.
 */
export function firstComposition(size: number, arrivals: readonly Arrival[]): Composition {
  const estimated = weightOf(arrivals);
  if (estimated > size) return divide(size, arrivals);
  return inPromptOrder([entry('system', '', size - estimated), ...known(arrivals)]);
}

/**
 * The first prompt after a compaction: what arrived at its estimate, system prompt and memory as they were, and the rest belongs to the
 * summary and what the agent kept beside it. Agents tell parts of the system prompt and memory anew: those take the place of what was told
 * before, by name where they have one.
 *
 * @param before a prompt that begins with the preamble
 */
export function compositionAfterCompaction(
  size: number,
  before: Composition,
  arrivals: readonly Arrival[],
): Composition {
  const preamble = preambleAnew(preambleOf(before), arrivals);
  const conversation = arrivals.filter((arrival) => !isPreamble(arrival.kind));
  const room = size - sizeOf(preamble);
  const estimated = weightOf(conversation);
  // What is estimated may be wrong by so much; when there is less room than that, it is the preamble that became smaller.
  const least = Math.min(size, Math.round(estimated * LEAST_OF_ESTIMATE));
  if (room < least) {
    const kept = beginningOf(preamble, size - least);
    return inPromptOrder([...kept, ...divide(size - sizeOf(kept), conversation)]);
  }
  if (estimated > room) return inPromptOrder([...preamble, ...divide(room, conversation)]);
  return inPromptOrder([...preamble, entry('summary', '', room - estimated), ...known(conversation)]);
}

/** The preamble where parts of it were told anew: named ones replace their like, of what has no name there is as much as the larger of the two. */
function preambleAnew(before: Composition, arrivals: readonly Arrival[]): Composition {
  const told = arrivals.filter((arrival) => isPreamble(arrival.kind));
  const named = told.filter((arrival) => arrival.target !== '');
  const isToldAnew = ({ kind, target }: Entry): boolean =>
    target !== '' && named.some((arrival) => arrival.kind === kind && arrival.target === target);
  const kept = before.filter((entry) => !isToldAnew(entry));
  const more = (['system', 'memory'] as const).map((kind): Entry => {
    const isNameless = (owner: Pick<Entry, 'kind' | 'target'>): boolean => owner.kind === kind && owner.target === '';
    return entry(kind, '', Math.max(0, weightOf(told.filter(isNameless)) - sizeOf(kept.filter(isNameless))));
  });
  return [...kept, ...known(named), ...more];
}

const LEAST_OF_ESTIMATE = 0.85;

/**
 * What arrived may be so many times its estimate, and so many tokens more. Of a long prompt or result it may be more again: it can be in a
 * script with a token for each character.
 */
const MOST_OF_ESTIMATE = 3;
const MORE_OF_LONG_TEXT = 2;
const LONG_TEXT_TOKENS = 1500;
const UNSEEN_TOKENS = 1000;

/** Estimated tokens of what arrived. */
export function weightOf(arrivals: readonly Arrival[]): number {
  let sum = 0;
  for (let at = 0; at < arrivals.length; at++) sum += (arrivals[at] as Arrival).weight;
  return sum;
}

/** Arrivals at their estimates. */
const known = (arrivals: readonly Arrival[]): Composition =>
  arrivals.map((arrival) => entryOf(arrival, arrival.weight));

/** The parts by which a prompt is longer than the one before; `undefined` when it is shorter. */
export function addedComposition(
  size: number,
  sizeBefore: number,
  arrivals: readonly Arrival[],
): Composition | undefined {
  const growth = size - sizeBefore;
  if (growth < 0) return undefined;
  const weight = weightOf(arrivals);
  let longText = 0;
  for (let at = 0; at < arrivals.length; at++) {
    const { kind, isResult, weight } = arrivals[at] as Arrival;
    if (weight >= LONG_TEXT_TOKENS && (isResult || kind === 'user')) longText += weight;
  }
  const most = weight * MOST_OF_ESTIMATE + longText * MORE_OF_LONG_TEXT + UNSEEN_TOKENS;
  // No estimate is so far off: the head of the prompt has changed (tools loaded or connected, another system prompt).
  if (arrivals.length > 0 && growth > most) {
    const known = Math.min(growth, weight);
    return [...divide(known, arrivals), entry('system', '', growth - known)];
  }
  if (arrivals.length > 0) return divide(growth, arrivals);
  return growth === 0 ? [] : [entry('unattributed', '', growth)];
}

/** How a prompt differs from the one before: what is left of each of its entries (absent = all of it), and what came. */
export interface Change {
  left?: number[];
  added: Composition;
}

/**
 * A later prompt of the same segment. Growth is exact and shared over what arrived by estimated weight. When the prompt did not grow by
 * as much, something old must have left. Tokens go in the order of `shrinkage`.
 */
export function nextChange(
  size: number,
  before: Composition,
  arrivals: readonly Arrival[],
  first: Leaving = 'results',
): Change {
  const added = addedComposition(size, sizeOf(before), arrivals);
  if (added) return { added };
  const estimated = weightOf(arrivals);
  const arrived = Math.min(estimated, Math.floor(size / 2));
  return { left: shrinkage(before, size - arrived, first), added: divide(arrived, arrivals) };
}

/** Changes a composition; entries of which nothing is left are gone. */
export function changed(before: Composition, { left, added }: Change): Composition {
  if (!left) return [...before, ...added];
  const kept: Composition = [];
  before.forEach(({ kind, target, isResult, tokens: all }, index) => {
    const tokens = left[index] ?? all;
    if (tokens > 0) kept.push(entry(kind, target, tokens, isResult));
  });
  return [...kept, ...added];
}

/**
 * What leaves a prompt first. `results`: tool results from the oldest, then the model's own, then whatever stands latest, as agents that
 * thin out a context do. `newest`: whatever stands latest, as after a rewind.
 */
export type Leaving = 'results' | 'newest';

/** The beginning of a composition, of a size. */
export const beginningOf = (composition: Composition, size: number): Composition =>
  changed(composition, { left: shrinkage(composition, size, 'newest'), added: [] });

/** What is left of each entry when tokens are taken away until the size is met. */
function shrinkage(before: Composition, size: number, first: Leaving): number[] {
  let excess = sizeOf(before) - size;
  const left = before.map((entry) => entry.tokens);
  const take = (index: number): void => {
    const taken = Math.min(left[index] ?? 0, Math.max(0, excess));
    left[index] = (left[index] ?? 0) - taken;
    excess -= taken;
  };
  if (first === 'results') {
    for (const [index, entry] of before.entries()) if (entry.isResult) take(index);
    for (const [index, entry] of before.entries()) if (entry.kind === 'model') take(index);
  }
  for (let index = before.length - 1; index >= 0; index--) take(index);
  return left;
}

/** An arrival as a part of a prompt, at its exact size. */
export function entryOf({ kind, target, isResult }: Arrival, tokens: number): Entry {
  return entry(kind, target, tokens, isResult);
}

/** The arrivals with the parts of an exact figure that their weights give them. */
export function divide(tokens: number, arrivals: readonly Arrival[]): Composition {
  const parts = apportion(tokens, weightsOf(arrivals));
  const entries: Composition = [];
  let last: Entry | undefined;
  for (let at = 0; at < arrivals.length; at++) {
    const arrival = arrivals[at] as Arrival;
    const part = parts[at] ?? 0;
    if (part === 0) continue;
    if (last && last.kind === arrival.kind && last.target === arrival.target && last.isResult === arrival.isResult)
      last.tokens += part;
    else {
      last = entryOf(arrival, part);
      entries.push(last);
    }
  }
  return entries;
}

export function weightsOf(arrivals: readonly Arrival[]): number[] {
  const weights: number[] = [];
  for (let at = 0; at < arrivals.length; at++) weights.push((arrivals[at] as Arrival).weight);
  return weights;
}

/** System prompt first, then memory, then the conversation as it came. */
function inPromptOrder(entries: Composition): Composition {
  const rank = (entry: Entry): number => (entry.kind === 'system' ? 0 : entry.kind === 'memory' ? 1 : 2);
  return entries.filter((entry) => entry.tokens > 0).toSorted((a, b) => rank(a) - rank(b));
}
