import { apportion } from './apportion.ts';
import { HOLDINGS_VERSION, type Owner, type Step, type StoredTurns, type Turn } from './holdings.ts';
import type { Kind } from './kind.ts';
import { type OwnerSums, TOKEN_CLASSES, type TokenClass } from './ownerSums.ts';

/** A request that counts here, as far as a replay needs it. */
export interface CountedRequest {
  /** Its number in the log. */
  turn: number;
  usage: Record<TokenClass, number>;
  /** US dollars per token of each class; absent = unpriced. */
  rates?: Record<TokenClass, number>;
}

/** The prompt of a request, while the log is being replayed. */
export interface ReplayedTurn {
  turn: number;
  /** Tokens by kind; valid until the next turn. */
  byKind: ReadonlyMap<Kind, number>;
}

/**
 * Replays the log of a thread's prompts and adds to `sums` what each owner was sent and made to generate in the requests that count. The
 * rule is that of `sharesOfPrompt`: the token classes are laid over a prompt like a ruler. Most of a prompt was read from the cache and is
 * the same as in the request before, so that is added up only when an owner's part changes: a turn costs what is new in it.
 *
 * Requests without a turn in the log are nobody's: their tokens are `unattributed`.
 *
 * @param parts texts of the log, in order; one that is damaged ends it
 * @param requests by ascending turn
 * @param onTurn is told of every turn of the log
 * @param window what stands in the window now, or stood in the prompt of a turn, is added as such
 */
export function replay(
  parts: readonly string[],
  requests: readonly CountedRequest[],
  sums: OwnerSums,
  { onTurn, window }: { onTurn?: (turn: ReplayedTurn) => void; window?: 'now' | number } = {},
): void {
  const prompt = replayedPrompt(sums, onTurn !== undefined);
  let next = 0;
  let turn = 0;
  let now: Step | undefined;
  for (const text of parts) {
    const stored = parseTurns(text);
    if (!stored) break;
    prompt.name(stored.owners);
    for (const [reply, ...steps] of stored.turns) {
      for (const step of steps) prompt.apply(step);
      if (onTurn) onTurn({ turn, byKind: prompt.byKind });
      if (turn === window) prompt.fillWindow();
      for (let request = requests[next]; request && request.turn <= turn; request = requests[++next]) {
        if (request.turn < turn) {
          addUnowned(sums, request);
          continue;
        }
        prompt.send(request);
        addReply(sums, prompt.owners, reply, request);
      }
      turn++;
    }
    now = stored.now;
  }
  for (let request = requests[next]; request; request = requests[++next]) addUnowned(sums, request);
  prompt.settle();
  if (window === 'now' && now) {
    prompt.apply(now, false);
    prompt.fillWindow();
  }
}

/** The texts of a log come from our own store, but a store may be damaged. */
function parseTurns(text: string): StoredTurns | undefined {
  try {
    const stored = JSON.parse(text) as StoredTurns;
    return stored.v === HOLDINGS_VERSION ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** A prompt as it stands at one turn, and what its owners are still to be credited with. */
function replayedPrompt(sums: OwnerSums, byKindToo: boolean) {
  const owners: Owner[] = [];
  /** The entries of the prompt, in order. */
  let entryOwners: number[] = [];
  let entryTokens: number[] = [];
  let size = 0;
  const byKind = new Map<Kind, number>();
  /** By owner: tokens in the prompt, and how far what was read from the cache is added up. */
  const held: number[] = [];
  const sumsOf: ReturnType<OwnerSums['of']>[] = [];
  const sentBefore: number[] = [];
  const costBefore: number[] = [];
  const pricedBefore: number[] = [];
  /** Over the requests that counted so far. */
  let sent = 0;
  let costPerToken = 0;
  let priced = 0;

  const settleOwner = (owner: number): void => {
    const tokens = held[owner] as number;
    const owed = sumsOf[owner];
    if (owed && tokens > 0) {
      owed.spent.cacheRead += tokens * (sent - (sentBefore[owner] as number));
      owed.costUsd += tokens * (costPerToken - (costBefore[owner] as number));
      if (priced > (pricedBefore[owner] as number)) owed.isPriced = true;
    }
    sentBefore[owner] = sent;
    costBefore[owner] = costPerToken;
    pricedBefore[owner] = priced;
  };

  const change = (owner: number, tokens: number): void => {
    settleOwner(owner);
    held[owner] = (held[owner] as number) + tokens;
    size += tokens;
    if (!byKindToo) return;
    const kind = (owners[owner] as Owner)[0];
    byKind.set(kind, (byKind.get(kind) ?? 0) + tokens);
  };

  /** The entries with what is left of them; -1 for nothing at all. */
  const keep = (left: number[] | -1): void => {
    if (left === -1) {
      for (const [index, owner] of entryOwners.entries()) change(owner, -(entryTokens[index] as number));
      entryOwners = [];
      entryTokens = [];
      return;
    }
    for (let at = 0; at < left.length; at += 2) {
      const index = left[at] as number;
      const owner = entryOwners[index];
      if (owner === undefined) continue;
      const tokens = left[at + 1] as number;
      change(owner, tokens - (entryTokens[index] as number));
      entryTokens[index] = tokens;
    }
    entryOwners = entryOwners.filter((_, index) => (entryTokens[index] as number) > 0);
    entryTokens = entryTokens.filter((tokens) => tokens > 0);
  };

  return {
    owners: owners as readonly Owner[],
    byKind: byKind as ReadonlyMap<Kind, number>,
    name(named: readonly Owner[]): void {
      for (const owner of named) {
        owners.push(owner);
        sumsOf.push(sums.of(owner[0], owner[1]));
        held.push(0);
        sentBefore.push(sent);
        costBefore.push(costPerToken);
        pricedBefore.push(priced);
      }
    },
    /** @param enters what the step adds is a part of a prompt that was sent */
    apply([left, added]: Step, enters = true): void {
      // Told anew, what was there before has not entered again.
      const heldBefore = left === -1 ? [...held] : undefined;
      if (left !== 0) keep(left);
      for (let at = 0; at < added.length; at += 2) {
        const owner = added[at] as number;
        const tokens = added[at + 1] as number;
        const owed = sumsOf[owner];
        if (!owed) continue;
        entryOwners.push(owner);
        entryTokens.push(tokens);
        change(owner, tokens);
        if (!enters) continue;
        const known = heldBefore ? Math.min(tokens, heldBefore[owner] ?? 0) : 0;
        if (heldBefore) heldBefore[owner] = (heldBefore[owner] ?? 0) - known;
        owed.entered += tokens - known;
      }
    },
    send({ usage, rates }: CountedRequest): void {
      sent++;
      if (rates) {
        priced++;
        costPerToken += rates.cacheRead;
      }
      let index = entryOwners.length - 1;
      let leftInEntry = entryTokens[index] ?? 0;
      /** Takes tokens from the end of what was not taken yet. @returns those that the prompt does not have */
      const takeLast = (tokens: number, tokenClass?: TokenClass): number => {
        let wanted = tokens;
        while (wanted > 0 && index >= 0) {
          const part = Math.min(wanted, leftInEntry);
          const owed = sumsOf[entryOwners[index] as number];
          if (owed && part > 0) {
            owed.spent.cacheRead -= part;
            if (tokenClass) owed.spent[tokenClass] += part;
            if (rates) {
              owed.isPriced = true;
              owed.costUsd += part * ((tokenClass ? rates[tokenClass] : 0) - rates.cacheRead);
            }
          }
          wanted -= part;
          leftInEntry -= part;
          if (leftInEntry === 0) leftInEntry = entryTokens[--index] ?? 0;
        }
        return wanted;
      };
      const cached = size - usage.input - usage.cacheWrite5m - usage.cacheWrite1h;
      takeLast(Math.max(0, cached - usage.cacheRead));
      const unowned: Partial<Record<TokenClass, number>> = { cacheRead: usage.cacheRead - Math.max(0, cached) };
      for (const tokenClass of ['input', 'cacheWrite5m', 'cacheWrite1h'] as const)
        unowned[tokenClass] = takeLast(usage[tokenClass], tokenClass);
      for (const tokenClass of TOKEN_CLASSES)
        sums.of('unattributed', '').add(tokenClass, Math.max(0, unowned[tokenClass] ?? 0), rates);
    },
    settle(): void {
      for (let owner = 0; owner < owners.length; owner++) settleOwner(owner);
    },
    fillWindow(): void {
      entryOwners.forEach((owner, index) => {
        const owed = sumsOf[owner];
        if (owed) owed.inWindow += entryTokens[index] as number;
      });
    },
  };
}

function addReply(sums: OwnerSums, owners: readonly Owner[], reply: Turn[0], request: CountedRequest): void {
  const weights: number[] = [];
  for (let at = 1; at < reply.length; at += 3) weights.push(reply[at] as number);
  if (weights.length === 0) {
    sums.of('model', '').add('output', request.usage.output, request.rates);
    return;
  }
  apportion(request.usage.output, weights).forEach((tokens, index) => {
    const owner = owners[reply[index * 3] as number];
    if (!owner) return;
    const owed = sums.of(owner[0], owner[1]);
    owed.add('output', tokens, request.rates);
    owed.calls += reply[index * 3 + 2] as number;
  });
}

function addUnowned(sums: OwnerSums, { usage, rates }: CountedRequest): void {
  for (const tokenClass of TOKEN_CLASSES) sums.of('unattributed', '').add(tokenClass, usage[tokenClass], rates);
}
