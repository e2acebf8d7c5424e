import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { type Served, serve, TOKEN } from '../unit/server/served.ts';
import { launchBrowser } from '../vscode/browser.mjs';
import { findChromium } from '../vscode/chromium.mjs';

/** A name that its owner lets lead to this machine, as in DNS rebinding. */
const EVIL = 'evil.example';
/** Words of every answer that tells usage. */
const USAGE = /total_tokens|usage_by_tool|agent_token_meter|context|openapi/;
const PATHS = ['/usage', '/attribution', '/sessions', '/requests', '/events', '/metrics', '/openapi.json'];

/** What a page tried, and all that its scripts could read of the answer: `undefined` = they got nothing but an error. */
type Tried = [name: string, read: string | undefined];

/** Runs in the page. Everything that a page can do to reach another address, with the right token where a header can be set. */
async function tryAll({
  address,
  token,
  paths,
}: {
  address: string;
  token: string;
  paths: string[];
}): Promise<Tried[]> {
  const soon = 4_000;
  const within = <Result>(work: Promise<Result>): Promise<Result | undefined> =>
    Promise.race([work, new Promise<undefined>((resolve) => setTimeout(resolve, soon))]);
  const text = async (asked: Promise<Response>): Promise<string | undefined> => {
    try {
      const response = await asked;
      return `${response.type} ${response.status} ${await response.text()}`;
    } catch {
      return undefined;
    }
  };
  const authorized = { Authorization: `Bearer ${token}` };
  const tried: Tried[] = [];
  for (const each of paths) {
    const url = `${address}${each}`;
    tried.push([`fetch ${each}`, await within(text(fetch(url)))]);
    tried.push([`fetch ${each} with the token`, await within(text(fetch(url, { headers: authorized })))]);
    tried.push([
      `fetch ${each} without CORS`,
      await within(text(fetch(url, { mode: 'no-cors', credentials: 'include' }))),
    ]);
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    tried.push([method, await within(text(fetch(`${address}/usage`, { method, headers: authorized, body: '{}' })))]);
  tried.push([
    'XMLHttpRequest',
    await within(
      new Promise<string | undefined>((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', `${address}/usage?token=${token}&access_token=${token}`);
        request.onload = () => resolve(request.responseText);
        request.onerror = () => resolve(undefined);
        request.send();
      }),
    ),
  ]);
  tried.push([
    'EventSource',
    await within(
      new Promise<string | undefined>((resolve) => {
        const events = new EventSource(`${address}/events?token=${token}`, { withCredentials: true });
        const told = ({ data }: MessageEvent) => resolve(String(data));
        for (const name of ['meter', 'usageByTool', 'message']) events.addEventListener(name, told);
        events.onerror = () => {
          if (events.readyState === EventSource.CLOSED) resolve(undefined);
        };
      }),
    ),
  ]);
  tried.push([
    'WebSocket',
    await within(
      new Promise<string | undefined>((resolve) => {
        const socket = new WebSocket(`${address.replace('http', 'ws')}/events`, ['bearer', token]);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve(undefined);
      }),
    ),
  ]);
  navigator.sendBeacon(`${address}/usage`, 'window=all');
  for (const [tag, attribute] of [
    ['img', 'src'],
    ['script', 'src'],
    ['link', 'href'],
    ['video', 'src'],
    ['object', 'data'],
  ] as const) {
    const element = document.createElement(tag);
    if (tag === 'link') element.setAttribute('rel', 'stylesheet');
    const outcome = new Promise<string | undefined>((resolve) => {
      element.addEventListener('load', () => resolve('loaded'));
      element.addEventListener('error', () => resolve(undefined));
    });
    element.setAttribute(attribute, `${address}/usage?window=all`);
    document.body.append(element);
    tried.push([`<${tag}>`, await within(outcome)]);
  }
  for (const method of ['get', 'post']) {
    const frame = document.createElement('iframe');
    frame.name = `frame-${method}`;
    const form = document.createElement('form');
    form.action = `${address}/usage`;
    form.method = method;
    form.target = frame.name;
    const field = document.createElement('input');
    field.name = 'window';
    field.value = 'all';
    form.append(field);
    document.body.append(frame, form);
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    form.submit();
    await within(loaded);
    let read: string | undefined;
    try {
      read = frame.contentDocument?.body?.textContent ?? undefined;
    } catch {
      read = undefined;
    }
    tried.push([`a form that is sent by ${method}`, read]);
  }
  return tried;
}

describe('a page on the web against the loopback server', function () {
  this.timeout(120_000);
  let served: Served;
  let web: Server;
  let context: BrowserContext;
  let page: Page;
  const profileDir = mkdtempSync(path.join(tmpdir(), 'atm-web-'));
  /** What the page's requests were answered, whether its scripts could read that or not. */
  let answers: { url: string; status: number }[] = [];

  before(async function () {
    if (!findChromium()) {
      console.log('      There is no Chromium: name one in ATM_BROWSER.');
      this.skip();
    }
    served = await serve();
    web = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>web</title><body>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    context = await launchBrowser({
      profileDir,
      hostsHere: [EVIL],
      // Newer browsers ask before a page may reach this machine at all: others, and who says yes, need the server's own guard.
      args: [
        '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessForWorkers,BlockInsecurePrivateNetworkRequests',
      ],
    });
    // The compiler of the tests names the functions that run in the page by this.
    await context.addInitScript('globalThis.__name = (named) => named');
    page = context.pages()[0] ?? (await context.newPage());
    // Also what is kept from the page's scripts, and from those who drive it.
    const network = await context.newCDPSession(page);
    const urls = new Map<string, string>();
    network.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
    network.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
      const url = urls.get(requestId) ?? '';
      if (URL.canParse(url) && Number(new URL(url).port) === served.port) answers.push({ url, status: statusCode });
    });
    await network.send('Network.enable');
  });
  after(async () => {
    await context?.close();
    web?.close();
    await served?.close();
    rmSync(profileDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    answers = [];
  });

  const webAddress = (host: string): string => `http://${host}:${(web.address() as AddressInfo).port}/`;
  const usageNow = async (): Promise<unknown> => (await served.get('/usage?window=all')).json();
  const assertNothing = async (tried: Tried[], before: unknown): Promise<void> => {
    assert.ok(tried.length > 30);
    for (const [name, read] of tried) assert.ok(!USAGE.test(read ?? ''), `${name} read: ${read}`);
    assert.ok(answers.length > 10, 'the server was reached');
    for (const { url, status } of answers) assert.ok(status >= 400, `${url}: ${status}`);
    assert.deepEqual(await usageNow(), before, 'the server answers as before to who may ask');
    assert.deepEqual(served.errors, []);
  };

  for (const [name, host] of [
    ['of another site', EVIL],
    ['of another port of this machine', '127.0.0.1'],
  ] as const)
    it(`reads nothing and changes nothing, ${name}`, async () => {
      const before = await usageNow();
      await page.goto(webAddress(host));
      const tried = await page.evaluate(tryAll, { address: served.address, token: TOKEN, paths: PATHS });
      await assertNothing(tried, before);
      for (const [what, read] of tried.filter(([each]) => /^(fetch|P|DELETE|X|E|W)/.test(each)))
        assert.ok(read === undefined || /^opaque 0 $/.test(read), `${what} is answered to no script: ${read}`);
    });

  it('is refused by its name where that is made to lead here', async () => {
    const before = await usageNow();
    const address = `http://${EVIL}:${served.port}`;
    // The page came from its own machine; from then on the name leads to this one, and the page asks its own origin.
    await page.route(`${address}/page`, (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }));
    await page.goto(`${address}/page`);
    const tried = await page.evaluate(tryAll, { address, token: TOKEN, paths: PATHS });
    const read = tried.filter(([name]) => name.startsWith('fetch'));
    assert.ok(
      read.every(([, text]) => text === undefined || /^(basic|opaque) (0|421) /.test(text)),
      JSON.stringify(read),
    );
    await assertNothing(tried, before);
  });

  it('reads nothing of a tab that it opens', async () => {
    await page.goto(webAddress(EVIL));
    const opened = context.waitForEvent('page');
    await page.evaluate((address) => {
      Object.assign(window, { opened: window.open(`${address}/usage?window=all`) });
    }, served.address);
    const tab = await opened;
    await tab.waitForLoadState();
    const read = await page.evaluate(() => {
      try {
        return (window as unknown as { opened: Window }).opened.document.body.textContent ?? undefined;
      } catch {
        return undefined;
      }
    });
    assert.ok(!USAGE.test(read ?? ''));
    assert.ok(!USAGE.test((await tab.textContent('body')) ?? ''), 'nor does it show anything there');
    await tab.close();
  });
});
