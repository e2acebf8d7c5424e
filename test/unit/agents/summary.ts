import type { AgentEvent, TokenUsage } from '../../../src/agents/event.ts';
import { countRequests, type HomeReading, sumUsage } from './readHome.ts';

/** The golden picture of a fixture: sums and counts, small enough to be read in a review. */
export interface Summary {
  files: number;
  records: number;
  usage: TokenUsage;
  requests: number;
  /** Requests of which every row is a placeholder. */
  placeholders: number;
  /** Requests of which only copies were seen. */
  onlyCopies: number;
  webSearches: number;
  /** Sum of the costs that the agent recorded; absent when it recorded none. */
  recordedUsd?: number;
  /** Requests per `session thread`. */
  threads: Record<string, number>;
  /** Names told for threads other than the main one. */
  agentNames: Record<string, string>;
  /** `parent < call` of the threads whose launch was told; absent when none was. */
  launches?: Record<string, string>;
  models: Record<string, number>;
  tasks: number;
  /** Distinct tool calls by kind, and by `name > target`. */
  calls: Record<string, number>;
  targets: Record<string, number>;
  /** Characters per `role/part`. */
  chars: Record<string, number>;
  /** Results whose call was seen. */
  linkedResults: number;
  /** Everything else that was told, as counts. */
  events: Record<string, number>;
  unknown: Record<string, number>;
  rejected: Record<string, number>;
}

/** Sums a reading up. Keys are sorted, so that two summaries differ only where the readings do. */
export function summarise(reading: HomeReading): Summary {
  const requests = [...countRequests(reading.events).values()];
  const calls = new Map<string, AgentEvent & { type: 'block' }>();
  for (const event of reading.events) {
    if (event.type === 'block' && event.part === 'toolCall' && event.callId) calls.set(event.callId, event);
  }
  const blocks = reading.events.filter((event) => event.type === 'block');
  return {
    files: reading.files,
    records: reading.records,
    usage: sumUsage(requests),
    requests: requests.length,
    placeholders: requests.filter((request) => request.isPlaceholder).length,
    onlyCopies: requests.filter((request) => request.first.isCopy).length,
    webSearches: requests.reduce((sum, request) => sum + request.webSearches, 0),
    ...recordedUsd(requests.map((request) => request.first.costUsd ?? 0)),
    threads: tally(requests, (request) => `${request.first.sessionId} ${request.first.thread}`),
    agentNames: sorted(
      Object.fromEntries(
        reading.events.flatMap((event) =>
          event.type === 'session' && event.thread !== 'main' && event.agentName
            ? [[event.thread, event.agentName]]
            : [],
        ),
      ),
    ),
    ...launches(reading),
    models: tally(requests, (request) => `${request.first.provider} ${request.first.model}`),
    tasks: new Set(reading.events.flatMap((event) => (event.type === 'task' ? [event.taskId] : []))).size,
    calls: tally(calls.values(), (block) => block.tool?.kind ?? '(none)'),
    targets: tally(calls.values(), (block) => `${block.tool?.name} > ${block.tool?.target ?? ''}`),
    chars: tally(
      blocks,
      (block) => `${block.role}/${block.part}${block.target === undefined ? '' : ` ${block.target}`}`,
      (block) => block.chars,
    ),
    linkedResults: blocks.filter((block) => block.part === 'toolResult' && calls.has(block.callId ?? '')).length,
    events: tally(reading.events, (event) => (event.type === 'boundary' ? `boundary ${event.kind}` : event.type)),
    unknown: sorted(reading.unknown),
    rejected: sorted(reading.rejected),
  };
}

function recordedUsd(costs: readonly number[]): Pick<Summary, 'recordedUsd'> {
  const sum = costs.reduce((all, cost) => all + cost, 0);
  return sum > 0 ? { recordedUsd: Number(sum.toFixed(9)) } : {};
}

function tally<T>(
  items: Iterable<T>,
  name: (item: T) => string,
  amount: (item: T) => number = () => 1,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + amount(item);
  return sorted(counts);
}

function sorted<T>(counts: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function launches({ events }: HomeReading): Pick<Summary, 'launches'> {
  const told: Record<string, { parent?: string; call?: string }> = {};
  for (const event of events) {
    if (event.type !== 'session' || (event.parentThread ?? event.launchCallId) === undefined) continue;
    const known = told[event.thread];
    told[event.thread] = {
      parent: known?.parent ?? event.parentThread,
      call: known?.call ?? event.launchCallId,
    };
  }
  const entries = Object.entries(told).map(([thread, { parent, call }]) => [
    thread,
    `${parent ?? '?'} < ${call ?? '?'}`,
  ]);
  return entries.length === 0 ? {} : { launches: sorted(Object.fromEntries(entries)) };
}
