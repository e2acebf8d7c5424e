import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { EventSource } from 'eventsource';
import type { Engine } from '../../../src/engine/engineApi.ts';
import { listeners } from '../../../src/engine/listeners.ts';
import { type EventFeed, eventFeed } from '../../../src/server/eventFeed.ts';
import { LIMITS, type ServerLimits } from '../../../src/server/limits.ts';
import type { LiveReport } from '../../../src/views/usageReport.ts';
import { transcriptHome } from '../engine/transcriptHome.ts';
import { serve, TOKEN } from './served.ts';

const NOW_MS = Date.UTC(2026, 2, 20);

/** A live report that differs in its figures, and in size. */
const live = (tokens: number, kinds: string[] = ['read']): LiveReport => ({
  state: 'live',
  session: {
    session: 's',
    agent: 'claude-code',
    model: 'm',
    workspace: null,
    last_at: null,
    context: {
      tokens,
      window: 200_000,
      window_source: 'default',
      percent: tokens / 2_000,
      compacts_at: null,
      tokens_until_compaction: null,
      estimated: false,
    },
    usage_by_tool: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        { input_tokens: tokens, output_tokens: 0, cache_read: 0, cache_creation: 0, total_tokens: tokens },
      ]),
    ),
  },
  today_tokens: tokens,
  week_tokens: tokens,
  week_resets_at: null,
  budget: null,
  limits: [],
});

/** One event as a reader sees it. */
interface Heard {
  id: string;
  event: string;
  tokens: number;
}

describe('the stream of events', function () {
  this.timeout(60_000);
  const changed = listeners<void>();
  let report = live(1);
  let asked = 0;
  const engine = {
    live: async () => {
      asked++;
      return report;
    },
    onChanged: changed.add,
  } as unknown as Engine;
  let server: Server;
  let feed: EventFeed;
  let port: number;

  const begin = async (limits: Partial<ServerLimits> = {}): Promise<void> => {
    feed = eventFeed(engine, { ...LIMITS, eventsEveryMs: 1, ...limits }, () => NOW_MS);
    server = createServer((request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      feed.attach(response, request.headers['last-event-id'] as string | undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  /** A reader that keeps what it hears; aborting it is a broken connection. */
  const reader = (lastEventId?: string) => {
    const abort = new AbortController();
    const heard: Heard[] = [];
    const told = { raw: '' };
    const headers = lastEventId === undefined ? undefined : { 'Last-Event-ID': lastEventId };
    void fetch(`http://127.0.0.1:${port}`, { signal: abort.signal, headers })
      .then(async ({ body }) => {
        let text = '';
        for await (const part of body ?? []) {
          told.raw += Buffer.from(part).toString();
          text += Buffer.from(part).toString();
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          for (const block of blocks) {
            const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
            if (data === undefined) continue;
            const picture = JSON.parse(data);
            const tokens = picture.session?.context?.tokens ?? picture.usage_by_tool?.read?.total_tokens;
            heard.push({ id: id ?? '', event: event ?? '', tokens });
          }
        }
      })
      .catch(() => undefined);
    return { heard, told, abort: () => abort.abort() };
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const tell = (next: LiveReport): void => {
    report = next;
    changed.tell();
  };

  beforeEach(() => {
    report = live(1);
    asked = 0;
  });
  afterEach(() => {
    feed.close();
    server.closeAllConnections();
    server.close();
  });

  it('begins with what is known and goes on with what changes, under rising ids', async () => {
    await begin();
    const { heard, told } = reader();
    await until(() => heard.length === 2);
    tell(live(2));
    await until(() => heard.length === 4);
    assert.deepEqual(
      heard.map(({ event, tokens }) => [event, tokens]),
      [
        ['meter', 1],
        ['usageByTool', 1],
        ['meter', 2],
        ['usageByTool', 2],
      ],
    );
    const numbers = heard.map(({ id }) => Number(/^[0-9a-f]{8}-(\d+)$/.exec(id)?.[1]));
    assert.deepEqual(numbers, [1, 2, 3, 4]);
    assert.ok(told.raw.startsWith('retry: 1000\n\n'));
  });

  it('tells nothing twice', async () => {
    await begin();
    const { heard } = reader();
    await until(() => heard.length === 2);
    const before = asked;
    changed.tell();
    await until(() => asked > before);
    tell({ ...live(1), today_tokens: 7 });
    await until(() => heard.length === 3);
    assert.equal(heard[2]?.event, 'meter');
  });

  it('makes one of many changes within its time', async () => {
    await begin({ eventsEveryMs: 60_000 });
    const { heard } = reader();
    await until(() => heard.length === 2);
    for (let tokens = 2; tokens < 100; tokens++) tell(live(tokens));
    // A second reader is given what is known: nothing else was made.
    const second = reader();
    await until(() => second.heard.length === 2);
    assert.deepEqual([heard.length, asked, second.heard[0]?.tokens], [2, 1, 1]);
  });

  it('asks for both kinds at once, so that both together are at most four a second', () => {
    assert.ok((1_000 / LIMITS.eventsEveryMs) * 2 <= 4);
  });

  it('gives a reader that comes back what it missed, in order, and no more', async () => {
    await begin();
    const first = reader();
    await until(() => first.heard.length === 2);
    first.abort();
    await until(() => feed.streams() === 0);
    const other = reader();
    await until(() => other.heard.length === 2);
    for (const tokens of [2, 3, 4]) {
      tell(live(tokens));
      await until(() => other.heard.some((event) => event.event === 'usageByTool' && event.tokens === tokens));
    }
    const back = reader(first.heard[1]?.id);
    await until(() => back.heard.length === 6);
    assert.deepEqual(
      back.heard.map(({ tokens }) => tokens),
      [2, 2, 3, 3, 4, 4],
    );
    assert.deepEqual(back.heard, other.heard.slice(2));
  });

  it('gives a reader that was away too long, or comes from another server, the newest picture', async () => {
    await begin({ keptEvents: 4 });
    const first = reader();
    await until(() => first.heard.length === 2);
    for (const tokens of [2, 3, 4, 5]) {
      tell(live(tokens));
      await until(() => first.heard.some((event) => event.event === 'usageByTool' && event.tokens === tokens));
    }
    const [feedId] = first.heard[0]?.id.split('-') ?? [];
    for (const lastEventId of [
      first.heard[0]?.id,
      '0badf00d-7',
      `${feedId}-999`,
      'garbage',
      "'; DROP",
      '9'.repeat(300),
    ]) {
      const back = reader(lastEventId);
      await until(() => back.heard.length >= 2);
      assert.deepEqual(
        back.heard.map(({ event, tokens }) => [event, tokens]),
        [
          ['meter', 5],
          ['usageByTool', 5],
        ],
        lastEventId,
      );
      back.abort();
    }
  });

  it('shows that it is alive', async () => {
    await begin({ heartbeatMs: 10 });
    const { told } = reader();
    await until(() => told.raw.split('\n\n').filter((block) => block === ':').length >= 3);
  });

  it('lets a reader go that does not read, and keeps the one that does', async () => {
    await begin();
    const kinds = Array.from({ length: 1_000 }, (_, index) => `mcp:server-${index}`);
    const stuck = connect(port, '127.0.0.1', () => stuck.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    stuck.on('error', () => undefined);
    stuck.pause();
    const good = reader();
    await until(() => feed.streams() === 2);
    let tokens = 1;
    while (feed.streams() === 2) {
      tell(live(++tokens, ['read', ...kinds]));
      await until(() => good.heard.some((event) => event.event === 'usageByTool' && event.tokens === tokens));
      assert.ok(tokens < 500, 'what it does not read is kept for it');
    }
    tell(live(9_999));
    await until(() => good.heard.some((event) => event.tokens === 9_999));
    stuck.destroy();
  });

  it('reaches an EventSource when an agent goes on', async () => {
    await begin();
    const home = transcriptHome();
    home.reply('s1', 'a');
    const served = await serve({ home: home.folder, watch: true });
    const source = new EventSource(`${served.address}/events`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${TOKEN}` } }),
    });
    try {
      const outputs: number[] = [];
      source.addEventListener('usageByTool', ({ data }) => {
        const kinds: { output_tokens: number }[] = Object.values(JSON.parse(data).usage_by_tool);
        outputs.push(kinds.reduce((sum, kind) => sum + kind.output_tokens, 0));
      });
      await until(() => outputs.at(-1) === 50);
      home.reply('s1', 'b');
      await served.engine.sweep();
      await until(() => outputs.at(-1) === 100);
    } finally {
      source.close();
      await served.close();
      home.remove();
    }
  });
});
