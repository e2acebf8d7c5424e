import type { Composition } from './composition.ts';
import type { Kind } from './kind.ts';

/** What is remembered of an owner below a kind. */
interface Item {
  kind: Kind;
  target: string;
  calls: number;
  /** Output tokens of requests that can no longer be corrected. */
  generated: number;
  /** Prompt tokens of all requests up to `since`. */
  sent: number;
  /** Tokens in the prompt of every request from `since` on. */
  held: number;
  since: number;
}

/**
 * The owners of a thread's tokens. A long prompt is sent with every request, but most of it does not change: so what an owner was sent is
 * added up when its part changes, and not with every request.
 */
export interface Items {
  /** Requests so far. */
  turn: number;
  byKey: Record<string, Item>;
}

export const noItems = (): Items => ({ turn: 0, byKey: {} });

export function itemOf(items: Items, kind: Kind, target: string): Item {
  const key = `${kind}\n${target}`;
  items.byKey[key] ??= { kind, target, calls: 0, generated: 0, sent: 0, held: 0, since: items.turn };
  return items.byKey[key];
}

/** Prompt tokens of all requests so far. */
export const sentTo = (items: Items, item: Item): number => item.sent + item.held * (items.turn - item.since);

/** A request is made whose prompt has these parts beside those of the one before. */
export function sendMore(items: Items, added: Composition): void {
  hold(items, added);
  items.turn++;
}

/** A request is made whose prompt is made of these parts alone. */
export function sendOnly(items: Items, composition: Composition): void {
  for (const item of Object.values(items.byKey)) {
    settle(items, item);
    item.held = 0;
  }
  sendMore(items, composition);
}

/** The newest request turns out to have been made of these parts. */
export function sendAnew(items: Items, composition: Composition): void {
  items.turn--;
  sendOnly(items, composition);
}

function hold(items: Items, entries: Composition): void {
  for (const { kind, target, tokens } of entries) {
    const item = itemOf(items, kind, target);
    settle(items, item);
    item.held += tokens;
  }
}

function settle(items: Items, item: Item): void {
  item.sent = sentTo(items, item);
  item.since = items.turn;
}
