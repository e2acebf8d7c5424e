import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { makeTemporaryFolder, removeTemporaryFolder } from '../vscode/temporaryFolder.mjs';
import { type Editor, openEditor } from './editor.ts';
import { COST, HOSTILE, requestsWithoutPrice } from './unpriced.ts';
import { violations } from './violations.ts';

describe('the public price list in the editor', () => {
  let editor: Editor;
  let server: Server;
  let asked = 0;
  const folder = makeTemporaryFolder();
  const clock = path.join(folder, 'clock');
  let answer: (response: ServerResponse) => void;
  before(async () => {
    writeFileSync(clock, '0');
    const list = {
      data: [
        { id: 'acme/house-model', pricing: { prompt: '0.00001', completion: '0.00002', input_cache_read: '0.000001' } },
      ],
    };
    server = createServer((_, response) => {
      asked++;
      answer(response);
    });
    answer = (response) => response.end(JSON.stringify(list));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    editor = await openEditor({
      fixtureHome: '',
      prepare: requestsWithoutPrice,
      settings: { 'agentTokenMeter.prices.openRouter': true },
      env: { ATM_PRICE_LIST_PORT: String((server.address() as AddressInfo).port), ATM_CLOCK: clock },
    });
  });
  after(async () => {
    await editor.close();
    server.closeAllConnections();
    server.close();
    removeTemporaryFolder(folder);
  });

  it('is fetched once, fills the gap, and says so', async () => {
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Prices');
    const page = editor.webviewFrame();
    await page
      .locator('tr.model', { has: page.getByText('house-model', { exact: true }) })
      .getByText('OpenRouter')
      .waitFor();
    await page.getByText('OpenRouter’s public list fills gaps: 1 model, fetched on').waitFor();
    await page.getByRole('heading', { name: '2 models have no price' }).waitFor();
    assert.equal(await page.getByText('Fetch Now').count(), 0);
    await page.getByRole('button', { name: 'Usage', exact: true }).click();
    await editor
      .webviewFrame()
      .getByRole('region', { name: 'Cost' })
      .locator('.first .value', { hasText: `$${(2 * COST).toFixed(2)} +` })
      .waitFor();
    assert.equal(asked, 1);
  });

  /** It is still priced by the list of yesterday, and nothing of an answer became more than text. */
  const isAsBefore = async (page: FrameLocator): Promise<void> => {
    await page
      .locator('tr.model', { has: page.getByText('house-model', { exact: true }) })
      .getByText('OpenRouter')
      .waitFor();
    await page.getByText('OpenRouter’s public list fills gaps: 1 model, fetched on').waitFor();
    assert.equal(await page.locator('main img').count(), 0);
  };
  const pricing = { prompt: '0.00001', completion: '0.00002' };
  const lies = [
    { id: HOSTILE, pricing },
    { id: '=cmd()', pricing },
    { id: 'acme/house-model', pricing: { prompt: '-1', completion: '-1' } },
    { id: 'acme/house-model', pricing: { prompt: 'NaN', completion: '1' } },
    { id: 'acme/house-model', pricing: { prompt: '1', completion: '1' } },
    { id: 5, pricing: { prompt: {}, completion: [] } },
    null,
  ];

  it('stays as it was when another answer is none, and says what was wrong with it', async () => {
    writeFileSync(clock, String(25 * 3_600_000));
    await editor.webviewFrame().getByRole('button', { name: 'Prices', exact: true }).click();
    const page = editor.webviewFrame();
    for (const [bad, problem] of [
      [(response) => response.end(`<!doctype html>${HOSTILE}`), 'the answer is not JSON'],
      [(response) => response.end('{"data":{}}'), 'the answer is not a list of models'],
      [(response) => response.end(JSON.stringify({ data: lies })), 'the list has no model with a price'],
      [(response) => response.end(Buffer.alloc(17_000_000, 'x')), 'its answer is larger than 16 MB'],
      [(response) => response.writeHead(503).end(HOSTILE), 'it answered 503'],
    ] as [typeof answer, string][]) {
      answer = bad;
      await page.locator('vscode-button', { hasText: 'Fetch Now' }).click();
      await page.getByText(problem).waitFor();
      await isAsBefore(page);
    }
    await editor.shot('prices-bad-list');
    assert.deepEqual(await violations(editor), []);
  });

  it('blocks nothing while the answer does not come', async () => {
    const page = editor.webviewFrame();
    const hanging: ServerResponse[] = [];
    answer = (response) => {
      hanging.push(response);
      response.write('{"data":[');
    };
    await page.locator('vscode-button', { hasText: 'Fetch Now' }).click();
    while (hanging.length === 0) await editor.page.waitForTimeout(50);
    await page.getByRole('button', { name: 'Usage', exact: true }).click();
    await editor
      .webviewFrame()
      .getByRole('region', { name: 'Cost' })
      .locator('.first .value', { hasText: '$' })
      .waitFor();
    await editor.webviewFrame().getByRole('button', { name: 'Prices', exact: true }).click();
    await isAsBefore(editor.webviewFrame());
    for (const response of hanging) response.destroy();
    await editor.webviewFrame().getByText('it cannot be reached').waitFor();
    await isAsBefore(editor.webviewFrame());
  });
});
