import type { CopilotCall, CopilotCalls } from './copilotCliCalls.ts';
import type { CopilotEvent } from './copilotCliEvents.ts';
import type { CopilotReply } from './copilotCliReplies.ts';
import { type Counted, type LegCount, resetIn } from './copilotCliReset.ts';
import {
  type CopilotUsage,
  copilotUsage,
  isNothing,
  larger,
  minus,
  NO_USAGE,
  plus,
  sameNumbers,
  shareOut,
  USAGE_FIELDS,
} from './copilotCliUsage.ts';
import { MAIN_THREAD } from './event.ts';
import { fields } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';

/** What a model used up to the end of a leg, or in it. */
interface Sum {
  usage: CopilotUsage;
  requests: number;
}

/** A part of a prompt that is there whatever was said: system prompt and tool definitions, in characters. */
const PREAMBLE_CHARS = 50_000;

/**
 * What the ends of a session state: sums by model, which go on when it is resumed. Where a leg (from one end to the next) has no exact
 * calls, its growth is shared over its replies. Where it has some, only what is beyond them is told, as unlisted: never both. Calls that a
 * compaction made the sums forget stay open: of those the replies tell what is known.
 */
export function shutdownSums(
  events: readonly CopilotEvent[],
  replies: readonly CopilotReply[],
  found: CopilotCalls,
  open: Set<CopilotReply>,
  claim: (reply: CopilotReply, requestId: string) => void,
): void {
  const largest = new Map<string, Sum>();
  const beyond = new Map<string, CopilotUsage>();
  const counted = [...found.calls];
  let from = -1;
  events.forEach((event, at) => {
    if (event.type !== 'session.shutdown') return;
    const sums = sumsOf(event);
    if (!sums) found.rejected.set(at, 'impossible metrics');
    const wasOpen = replies.filter((reply) => open.has(reply));
    const reset =
      sums &&
      resetIn(
        events,
        from,
        at,
        legCount(sums, largest, counted, wasOpen, (index) => index > from && index <= at),
      );
    const begin = reset?.from ?? from;
    const isIn = (index: number): boolean => index > begin && index <= at;
    const calls = counted.filter((call) => isIn(call.at));
    const exact = calls.filter((call) => call.kind === undefined);
    const growth = new Map<string, Sum>();
    if (reset) largest.clear();
    for (const [model, sum] of sums ?? []) growth.set(model, grown(model, sum, largest));
    if (exact.length > 0) tellBeyond(at, growth, calls, beyond, found);
    else {
      if (reset?.holdsCompaction) takeOut(growth, calls);
      const unclaimed = wasOpen.filter((reply) => isIn(reply.messages[0] ?? -1));
      for (const [model, sum] of growth) {
        const own = growth.size === 1 ? unclaimed : unclaimed.filter((reply) => reply.model === model);
        if (!isNothing(sum.usage)) found.calls.push(...parts(event, at, model, sum, own, claim));
      }
    }
    // What is still open in a leg that ended was taken back, or is a message without a call.
    if (exact.length > 0 || [...growth.values()].some(({ usage }) => !isNothing(usage)))
      for (const reply of replies) if (isIn(reply.messages[0] ?? -1)) open.delete(reply);
    from = at;
  });
}

/** What shows whether a leg's sums went on from those of before: output tokens where every call states them, else the number of calls. */
function legCount(
  sums: readonly [model: string, sum: Sum][],
  largest: ReadonlyMap<string, Sum>,
  calls: readonly CopilotCall[],
  replies: readonly CopilotReply[],
  isIn: (index: number) => boolean,
): LegCount {
  const inLeg = calls.filter((call) => isIn(call.at));
  const exact = inLeg.filter((call) => call.kind === undefined);
  const shown =
    exact.length > 0
      ? exact.map(({ at, usage }) => ({ at, output: usage.output }))
      : replies
          .map(({ messages, outputTokens }) => ({ at: messages[0] ?? -1, output: outputTokens }))
          .filter(({ at }) => isIn(at));
  const isByOutput = shown.every(({ output }) => output !== undefined);
  const counted = (at: number, output: number | undefined): Counted => ({ at, count: isByOutput ? (output ?? 0) : 1 });
  const stated = (sum: Sum | undefined): number => (isByOutput ? sum?.usage.output : sum?.requests) ?? 0;
  return {
    shown: shown.map(({ at, output }) => counted(at, output)),
    compactions: inLeg.filter(({ kind }) => kind === 'compaction').map(({ at, usage }) => counted(at, usage.output)),
    growth: sums.reduce((all, [model, sum]) => all + stated(sum) - stated(largest.get(model)), 0),
    whole: sums.reduce((all, [, sum]) => all + stated(sum), 0),
  };
}

/** Takes the calls that compacted, which are listed, out of the sums that hold them. */
function takeOut(growth: Map<string, Sum>, calls: readonly CopilotCall[]): void {
  for (const call of calls) {
    if (call.kind !== 'compaction') continue;
    const model = growth.has(call.model) ? call.model : growth.keys().next().value;
    const sum = model === undefined ? undefined : growth.get(model);
    if (model !== undefined && sum)
      growth.set(model, { usage: minus(sum.usage, call.usage), requests: Math.max(0, sum.requests - 1) });
  }
}

/** The sums of a session's end, by model; `undefined` when they cannot be. */
function sumsOf(event: CopilotEvent): [model: string, sum: Sum][] | undefined {
  const sums: [string, Sum][] = [];
  for (const [model, value] of Object.entries(fields(event.data.modelMetrics) ?? {})) {
    const metric = fields(value);
    const usage = copilotUsage(metric?.usage);
    if (!usage) return undefined;
    sums.push([model, { usage, requests: wholeTokens(fields(metric?.requests)?.count) ?? 0 }]);
  }
  return sums;
}

/** Growth over the largest sum seen. When every counter fell the program began to count anew, as older versions do on resume. */
function grown(model: string, now: Sum, largest: Map<string, Sum>): Sum {
  const before = largest.get(model) ?? { usage: NO_USAGE, requests: 0 };
  const counters = USAGE_FIELDS.filter((field) => before.usage[field] > 0);
  const isNewCount = counters.length > 0 && counters.every((field) => now.usage[field] < before.usage[field]);
  largest.set(
    model,
    isNewCount ? now : { usage: larger(now.usage, before.usage), requests: Math.max(now.requests, before.requests) },
  );
  return isNewCount
    ? now
    : { usage: minus(now.usage, before.usage), requests: Math.max(0, now.requests - before.requests) };
}

/** Tells what a leg's sums hold beyond its exact calls. Models have other names in rows than in sums, so all of them are compared first. */
function tellBeyond(
  at: number,
  growth: ReadonlyMap<string, Sum>,
  calls: readonly CopilotCall[],
  beyond: Map<string, CopilotUsage>,
  found: CopilotCalls,
): void {
  const sumOf = (list: readonly CopilotCall[]): CopilotUsage => list.map(({ usage }) => usage).reduce(plus, NO_USAGE);
  const exact = calls.filter((call) => call.kind === undefined);
  const whole = [...growth.values()].map(({ usage }) => usage).reduce(plus, NO_USAGE);
  const all = minus(whole, sumOf(exact));
  // Should a version count compaction and the like in its sums: those are listed.
  if (sameNumbers(all, sumOf(calls.filter((call) => call.kind !== undefined)))) return;
  if (isNothing(all)) return;
  for (const [model, sum] of growth) {
    const listed = sumOf(exact.filter((call) => call.model === model));
    const rest = growth.size === 1 ? all : minus(sum.usage, listed);
    if (isNothing(rest)) continue;
    const total = plus(beyond.get(model) ?? NO_USAGE, rest);
    beyond.set(model, total);
    found.unlisted.push({ at, model, usage: total });
  }
}

/** A leg's sum in as many parts as it had calls: outputs as the replies state them, the rest by the size of the context at each. */
function parts(
  event: CopilotEvent,
  at: number,
  model: string,
  sum: Sum,
  unclaimed: readonly CopilotReply[],
  claim: (reply: CopilotReply, requestId: string) => void,
): CopilotCall[] {
  const count = sum.requests || unclaimed.length || 1;
  const replies = unclaimed.slice(-count);
  const others = count - replies.length;
  const outputs = replies.map((reply) => reply.outputTokens ?? reply.chars / 4);
  const told = outputs.reduce((all, output) => all + output, 0);
  const contexts = replies.map((reply) => reply.contextChars + PREAMBLE_CHARS);
  const usual = contexts.length > 0 ? contexts.reduce((all, size) => all + size, 0) / contexts.length : 1;
  for (let left = others; left > 0; left--) {
    contexts.push(usual);
    outputs.push(Math.max(0, sum.usage.output - told) / others);
  }
  const kind = count > 1 ? { kind: 'part' as const } : {};
  return shareOut(sum.usage, contexts, outputs).map((usage, index): CopilotCall => {
    const reply = replies[index];
    if (!reply) {
      const requestId = `${event.id ?? event.atMs}/${model}/${index}`;
      return { requestId, at, thread: MAIN_THREAD, model, usage, atMs: event.atMs, ...kind };
    }
    claim(reply, reply.key);
    const { key, thread, atMs, apiCallId } = reply;
    return { requestId: key, messageId: apiCallId, at: reply.messages[0] ?? at, thread, model, usage, atMs, ...kind };
  });
}
