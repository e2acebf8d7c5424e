import type { Composition, Entry } from './composition.ts';
import type { Kind } from './kind.ts';

/**
 * The log of what the prompts of a thread were made of, turn by turn: small enough to keep for good, and enough to tell for any time
 * what each file, program or server was sent and made to generate. Only its newest part changes; `replay.ts` reads it.
 */
export interface HoldingsLog {
  /** Every owner so far, by its number. */
  owners: Owner[];
  /** Kind → target → number. */
  numbers: Map<Kind, Map<string, number>>;
  /** The open part, the turns in it that cannot change any more, and the number of the first owner it names. */
  part: number;
  turns: Turn[];
  firstOwner: number;
  /** Requests so far. */
  requests: number;
  /** Parts that were ended since they were last taken. */
  ended: HoldingsPart[];
}

/** Owner of tokens below a kind; the target is empty for kinds without. */
export type Owner = [kind: Kind, target: string];

/**
 * One change of a prompt: what is left of its entries (`[index, tokens, index, tokens ...]`, 0 = as it was, -1 = nothing at all), then
 * what stands behind them (`[owner, tokens, owner, tokens ...]`). An entry of which nothing is left is gone.
 */
export type Step = [left: 0 | -1 | number[], added: number[]];

/** One request: its reply (`[owner, weight, calls, ...]`), and how its prompt differs from the one before. */
export type Turn = [reply: number[], ...steps: Step[]];

/** A stretch of the log as it is stored. */
export interface HoldingsPart {
  /** Counted from 0. */
  part: number;
  /** JSON of `StoredTurns`. */
  text: string;
}

export interface StoredTurns {
  v: typeof HOLDINGS_VERSION;
  /** Owners that earlier parts do not name, in the order of their numbers. */
  owners: Owner[];
  turns: Turn[];
  /** In the last part: from the newest prompt to what fills the window now. */
  now?: Step;
}

export const HOLDINGS_VERSION = 1;

/** A commit writes the open part anew, a replay parses all of them: small for the one, large for the other. */
const TURNS_IN_A_PART = 64;

export const emptyLog = (): HoldingsLog => ({
  owners: [],
  numbers: new Map(),
  part: 0,
  turns: [],
  firstOwner: 0,
  requests: 0,
  ended: [],
});

/** The number of an owner, given when it is first named. */
export function ownerNumber(log: HoldingsLog, kind: Kind, target: string): number {
  let ofKind = log.numbers.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    log.numbers.set(kind, ofKind);
  }
  let number = ofKind.get(target);
  if (number === undefined) {
    number = log.owners.length;
    log.owners.push([kind, target]);
    ofKind.set(target, number);
  }
  return number;
}

/** A composition as a step holds it. */
export function packEntries(log: HoldingsLog, entries: Composition): number[] {
  const packed: number[] = [];
  for (let at = 0; at < entries.length; at++) {
    const { kind, target, tokens } = entries[at] as Entry;
    packed.push(ownerNumber(log, kind, target), tokens);
  }
  return packed;
}

/** A turn that will not change any more. */
export function endTurn(log: HoldingsLog, turn: Turn): void {
  log.turns.push(turn);
  if (log.turns.length < TURNS_IN_A_PART) return;
  log.ended.push(partOf(log, log.turns));
  log.part++;
  log.turns = [];
  log.firstOwner = log.owners.length;
}

/**
 * The parts that changed since the last call, the open one with the turns that may still change.
 *
 * @param open those turns, and the step to what fills the window; owners that only they name get no number for good, so that a log does
 *   not depend on when it was taken
 */
export function takeParts(log: HoldingsLog, open: () => { turns: readonly Turn[]; now: Step }): HoldingsPart[] {
  const named = log.owners.length;
  const { turns, now } = open();
  const parts = [...log.ended, partOf(log, [...log.turns, ...turns], now)];
  log.ended = [];
  for (const [kind, target] of log.owners.splice(named)) log.numbers.get(kind)?.delete(target);
  return parts;
}

function partOf(log: HoldingsLog, turns: Turn[], now?: Step): HoldingsPart {
  const stored: StoredTurns = { v: HOLDINGS_VERSION, owners: log.owners.slice(log.firstOwner), turns, now };
  return { part: log.part, text: JSON.stringify(stored) };
}
