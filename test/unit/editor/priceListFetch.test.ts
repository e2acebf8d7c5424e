import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchText } from '../../../src/editor/fetchText.ts';
import { freshenPriceList } from '../../../src/editor/priceListFetch.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';

const LIMITS = { bytes: 1_000_000, ms: 5_000 };
const LIST = JSON.stringify({
  data: [{ id: 'acme/house-model', pricing: { prompt: '0.000001', completion: '0.000002' } }],
});

/** A server that answers as a test wants it to. */
async function serving(
  answer: (response: ServerResponse) => void,
): Promise<{ url: string; port: number; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(
      `${request.method} ${request.url} ${JSON.stringify(Object.keys(request.headers).sort())} ${request.headers.cookie ?? ''}`,
    );
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/models`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

describe('fetching a text', () => {
  for (const [name, answer, limits, problem] of [
    ['an error', (response: ServerResponse) => response.writeHead(503).end('busy'), LIMITS, /it answered 503/],
    [
      'more than is taken',
      (response: ServerResponse) => response.end('x'.repeat(2_000_000)),
      LIMITS,
      /larger than 1 MB/,
    ],
    [
      'without end',
      (response: ServerResponse) => {
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(100_000), () => setImmediate(more));
        };
        more();
      },
      LIMITS,
      /larger than 1 MB/,
    ],
    ['nothing at all', () => {}, { ...LIMITS, ms: 100 }, /did not answer within/],
    [
      'half of it',
      (response: ServerResponse) => response.write('{"data":['),
      { ...LIMITS, ms: 100 },
      /did not answer within/,
    ],
    [
      'what breaks off',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-length': '100' }) && response.write('x', () => response.destroy()),
      LIMITS,
      /cannot be reached/,
    ],
  ] as const)
    it(`rejects ${name}`, async () => {
      const server = await serving(answer);
      await assert.rejects(fetchText(server.url, limits), problem);
      await server.close();
    });

  it('rejects where nobody is', async () => {
    const server = await serving(() => {});
    await server.close();
    await assert.rejects(fetchText(server.url, LIMITS), /cannot be reached \(ECONNREFUSED\)/);
  });

  it('gives a whole answer, and tells nothing of the user', async () => {
    const server = await serving((response) => response.end('价格 ok'));
    assert.equal(await fetchText(server.url, LIMITS), '价格 ok');
    assert.deepEqual(server.asked, [
      'GET /models ["accept","accept-encoding","accept-language","connection","host","sec-fetch-mode","user-agent"] ',
    ]);
    await server.close();
  });
});

describe('the public price list', () => {
  let engine: LocalEngine;
  const said: string[] = [];
  const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) };

  beforeEach(async () => {
    said.length = 0;
    engine = await createLocalEngine({
      agents: [],
      place: { home: '/nowhere', env: {}, platform: 'linux' },
      settings: { paths: {}, disabledAgents: [], openRouterPrices: true },
    });
  });
  afterEach(async () => {
    delete process.env.ATM_PRICE_LIST_PORT;
    await engine.dispose();
  });
  const state = async () => (await engine.prices({ locale: 'en', timeZone: 'UTC', nowMs: Date.now() })).list;

  it('is fetched when it is wished for, and not again that day', async () => {
    const server = await serving((response) => response.end(LIST));
    process.env.ATM_PRICE_LIST_PORT = String(server.port);
    await freshenPriceList(engine, log, true);
    assert.match((await state()).text, /1 model, fetched on/);
    await freshenPriceList(engine, log, true);
    assert.equal(server.asked.length, 1);
    assert.equal((await state()).canFetch, false);
    await server.close();
  });

  it('is not fetched while no model lacks a price, nor when it is switched off', async () => {
    const server = await serving((response) => response.end(LIST));
    process.env.ATM_PRICE_LIST_PORT = String(server.port);
    await freshenPriceList(engine, log, false);
    await engine.configure({ paths: {}, disabledAgents: [], openRouterPrices: false });
    await freshenPriceList(engine, log, true);
    assert.deepEqual(server.asked, []);
    assert.match((await state()).text, /switched off/);
    await server.close();
  });

  for (const [name, answer, problem] of [
    ['garbage', (response: ServerResponse) => response.end('<!doctype html>'), 'the answer is not JSON'],
    ['another list', (response: ServerResponse) => response.end('{"data":[]}'), 'the answer is not a list of models'],
    ['an error', (response: ServerResponse) => response.writeHead(500).end(), 'it answered 500'],
    ['far too much', (response: ServerResponse) => response.end(Buffer.alloc(17_000_000, 'x')), 'larger than 16 MB'],
  ] as const)
    it(`stays as it was when there comes ${name}, and says so`, async () => {
      const good = await engine.takePriceList({ fetchedAtMs: Date.now() - 90_000_000, text: LIST });
      assert.equal(good, true);
      const server = await serving(answer);
      process.env.ATM_PRICE_LIST_PORT = String(server.port);
      await freshenPriceList(engine, log, true);
      const list = await state();
      assert.match(list.text, /1 model, fetched on/);
      assert.ok(list.problem?.includes(problem), list.problem);
      assert.equal(list.canFetch, true);
      assert.equal(said.length, 1);
      await server.close();
    });
});
