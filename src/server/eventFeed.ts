import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { coalesce } from '../engine/coalesce.ts';
import type { Engine } from '../engine/engineApi.ts';
import type { LiveReport } from '../views/usageReport.ts';
import type { ServerLimits } from './limits.ts';

/** The stream of events. Each event is a whole picture: who missed some needs only the newest of each kind. */
export interface EventFeed {
  /** Sends what is known, then what changes. The head of the response is written already. */
  attach(response: ServerResponse, lastEventId: string | undefined): void;
  streams(): number;
  close(): void;
}

interface KeptEvent {
  number: number;
  text: string;
}

/** How long a reader should wait before it comes back. */
const RETRY_MS = 1_000;
/** So long after the last reader went, events are still made for when it comes back. */
const LINGER_MS = 60_000;

/**
 * Two kinds of event: `meter` (the live report without what its tokens were spent on) and `usageByTool` (that). An event is made when its
 * picture differs from the one before. Ids are `<feed>-<number>`: those of an earlier server are known as such.
 */
export function eventFeed(engine: Engine, limits: ServerLimits, nowMs: () => number): EventFeed {
  const feed = randomBytes(4).toString('hex');
  const streams = new Map<ServerResponse, { isStuck: boolean }>();
  const kept: KeptEvent[] = [];
  const newest = new Map<string, KeptEvent & { data: string }>();
  let number = 0;
  let leftAtMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let isWanted = false;

  const send = (response: ServerResponse, text: string): void => {
    // What was sent before is still waiting: one event may be large, but no pile grows.
    if (response.writableLength > limits.streamBytes) response.destroy();
    else response.write(text);
  };

  const make = (event: string, picture: unknown): void => {
    const data = JSON.stringify(picture);
    if (newest.get(event)?.data === data) return;
    number++;
    const text = `id: ${feed}-${number}\nevent: ${event}\ndata: ${data}\n\n`;
    newest.set(event, { number, text, data });
    kept.push({ number, text });
    if (kept.length > limits.keptEvents) kept.shift();
    for (const response of streams.keys()) send(response, text);
  };

  const look = async (): Promise<void> => {
    isWanted = isAsking;
    if (isAsking) return;
    isAsking = true;
    try {
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const live = await engine.live({ folders: [], timeZone, nowMs: nowMs() });
      make('meter', meterOf(live));
      make('usageByTool', usageByToolOf(live));
    } catch {
      // The engine is closing, or is in trouble that it tells itself: the next change asks again.
    } finally {
      isAsking = false;
      if (isWanted) changed();
    }
  };
  const changed = coalesce(() => void look(), limits.eventsEveryMs);
  const isWatched = (): boolean => streams.size > 0 || performance.now() - leftAtMs < LINGER_MS;
  const subscription = engine.onChanged(() => isWatched() && changed());

  const heartbeat = setInterval(() => {
    for (const [response, stream] of streams) {
      // What was sent a heartbeat ago was not read since.
      if (stream.isStuck && response.writableLength > 0) response.destroy();
      else send(response, ':\n\n');
      stream.isStuck = response.writableLength > 0;
    }
    // Sessions become idle and days begin without any change.
    if (isWatched()) changed();
  }, limits.heartbeatMs);
  heartbeat.unref();

  /** What a reader has missed; without a place in this feed: the newest of each kind. */
  const missed = (lastEventId: string | undefined): KeptEvent[] => {
    const [, itsFeed, itsNumber] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
    const last = itsFeed === feed ? Number(itsNumber) : -1;
    const isKept = last >= (kept[0]?.number ?? 1) - 1 && last <= number;
    if (isKept) return kept.filter((event) => event.number > last);
    return [...newest.values()].toSorted((a, b) => a.number - b.number);
  };

  return {
    attach(response, lastEventId) {
      // What was last known is old by now.
      if (!isWatched()) newest.clear();
      send(response, `retry: ${RETRY_MS}\n\n`);
      for (const event of missed(lastEventId)) send(response, event.text);
      streams.set(response, { isStuck: false });
      response.on('close', () => {
        streams.delete(response);
        leftAtMs = performance.now();
      });
      changed();
    },
    streams: () => streams.size,
    close() {
      clearInterval(heartbeat);
      changed.cancel();
      subscription.dispose();
      for (const response of streams.keys()) response.end();
    },
  };
}

/** The picture of a `meter` event. */
export function meterOf(live: LiveReport): unknown {
  if (!live.session) return live;
  const { usage_by_tool: _, ...session } = live.session;
  return { ...live, session };
}

/** The picture of a `usageByTool` event. */
export function usageByToolOf({ session }: LiveReport): unknown {
  return session
    ? { agent: session.agent, session: session.session, usage_by_tool: session.usage_by_tool }
    : { agent: null, session: null, usage_by_tool: {} };
}
