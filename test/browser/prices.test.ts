import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { type Editor, openEditor } from './editor.ts';
import { overflow } from './overflow.ts';
import { COST, HOSTILE, requestsWithoutPrice, setPrice } from './unpriced.ts';
import { violations } from './violations.ts';

describe('prices', () => {
  let editor: Editor;
  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare: requestsWithoutPrice,
      settings: { 'files.simpleDialog.enable': true },
    });
  });
  after(() => editor.close());

  const row = (name: string) =>
    editor.webviewFrame().locator('tr.model', { has: editor.webviewFrame().getByText(name, { exact: true }) });
  const showPrices = async (): Promise<FrameLocator> => {
    await editor.webviewFrame().getByRole('button', { name: 'Prices', exact: true }).click();
    const page = editor.webviewFrame();
    await page.getByRole('table', { name: 'Prices' }).waitFor();
    return page;
  };

  it('names what has no price, hostile names as text', async () => {
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Prices');
    const page = editor.webviewFrame();
    await page.getByRole('heading', { name: '3 models have no price' }).waitFor();
    await page.getByText('4 requests are missing from every cost').waitFor();
    await row(HOSTILE).getByText('Unpriced').waitFor();
    await row('=cmd()').getByText('Unpriced').waitFor();
    assert.equal(await page.locator('main img').count(), 0);
    await editor.shot('prices-unpriced');
    assert.deepEqual(await violations(editor), []);
  });

  it('prices a model in one click and two figures, and says what is wrong first', async () => {
    const page = editor.webviewFrame();
    await page.getByRole('button', { name: 'Set Price: house-model' }).click();
    await setPrice(page, { Input: '-1', Output: '20', 'Cache read': '1' });
    await page.getByRole('alert').getByText('Input cannot be negative.').waitFor();
    assert.equal(await page.getByLabel('Input', { exact: true }).getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await violations(editor), []);
    await editor.shot('prices-form');
    await setPrice(page, { Input: '10' });
    await page.getByRole('status').getByText('The price of house-model is set.').waitFor();
    await row('house-model').getByText('Yours', { exact: true }).waitFor();
    await page.getByRole('heading', { name: '2 models have no price' }).waitFor();
    await editor.shot('prices-set');
  });

  it('prices history: the dashboard has the exact cost', async () => {
    await showUsageCost(`$${(2 * COST).toFixed(2)} +`);
    await showPrices();
  });

  async function showUsageCost(expected: string): Promise<void> {
    await editor.webviewFrame().getByRole('button', { name: 'Usage', exact: true }).click();
    const cost = editor.webviewFrame().getByRole('region', { name: 'Cost' }).locator('.first .value');
    await cost.filter({ hasText: expected }).waitFor();
    assert.equal(await cost.textContent(), expected);
  }

  it('edits a price', async () => {
    const page = editor.webviewFrame();
    await page.getByRole('button', { name: 'Edit: house-model, always' }).click();
    assert.equal(await page.getByLabel('Input', { exact: true }).inputValue(), '10');
    await setPrice(page, { Input: '20' });
    await row('house-model').getByRole('cell').filter({ hasText: '$20.00' }).first().waitFor();
    await showUsageCost(`$${(2 * (COST + 1)).toFixed(2)} +`);
    await showPrices();
  });

  it('exports one’s own prices', async () => {
    const page = editor.webviewFrame();
    for (const format of ['JSON', 'CSV']) {
      await page.locator('vscode-button', { hasText: `Export ${format}` }).click();
      const file = path.join(editor.workspace, `mine.${format.toLowerCase()}`);
      await editor.nameFile(file);
      await page.getByRole('status').getByText('1 price was exported').waitFor();
      await page.getByRole('status').getByText(file).waitFor();
      assert.match(readFileSync(file, 'utf8'), /house-model/);
    }
  });

  it('removes a price: its requests have none again', async () => {
    const page = editor.webviewFrame();
    await page.getByRole('button', { name: 'Remove: house-model, always' }).click();
    await page.getByRole('heading', { name: '3 models have no price' }).waitFor();
    await showUsageCost('unpriced');
    await showPrices();
  });

  const importFile = async (file: string): Promise<void> => {
    await editor.webviewFrame().locator('vscode-button', { hasText: 'Import' }).click();
    await editor.nameFile(file);
  };

  it('imports all prices of a file or none, and names the line that is wrong', async () => {
    const file = path.join(editor.workspace, 'theirs.csv');
    const lines = ['provider,model,input,output,cache_read', `other,"${HOSTILE}",10,20,1`, "other,'=cmd(),10,20,1"];
    writeFileSync(file, [...lines, 'other,house-model,cheap,1,1'].join('\n'));
    await importFile(file);
    const page = editor.webviewFrame();
    await page
      .getByRole('status')
      .getByText('Nothing was imported. Line 4: Input is a number like 3.75, not “cheap”.')
      .waitFor();
    await page.getByRole('heading', { name: '3 models have no price' }).waitFor();
    writeFileSync(file, lines.join('\n'));
    await importFile(file);
    await page.getByRole('status').getByText('2 prices were imported.').waitFor();
    await page.getByRole('heading', { name: '1 model has no price' }).waitFor();
    await showUsageCost(`$${(2 * COST).toFixed(2)} +`);
    await showPrices();
    await editor.shot('prices-imported');
  });

  it('takes a price of a model that was not used yet, from the keyboard', async () => {
    const page = editor.webviewFrame();
    await page.locator('vscode-button', { hasText: 'Add Model' }).focus();
    await editor.page.keyboard.press('Enter');
    for (const text of ['acme', 'next-model']) {
      await editor.page.keyboard.type(text);
      await editor.page.keyboard.press('Tab');
    }
    await editor.page.keyboard.press('Tab');
    await editor.page.keyboard.type('0');
    await editor.page.keyboard.press('Tab');
    await editor.page.keyboard.type('0');
    await editor.page.keyboard.press('Enter');
    await row('next-model').getByText('$0.00').first().waitFor();
    // Escape closes the form.
    await page.getByRole('button', { name: 'Set Price: next-model' }).click();
    await editor.page.keyboard.press('Escape');
    await page.getByLabel('Input', { exact: true }).waitFor({ state: 'detached' });
  });

  it('gives the focus back when its form is closed', async () => {
    const page = editor.webviewFrame();
    for (const name of ['Set Price: next-model', 'Add Model']) {
      await page.getByRole('button', { name }).focus();
      await editor.page.keyboard.press('Enter');
      const input = page.getByLabel('Input', { exact: true });
      await input.waitFor();
      await editor.page.keyboard.press('Escape');
      await input.waitFor({ state: 'detached' });
      await editor.page.keyboard.press('Enter');
      await input.waitFor();
      await editor.page.keyboard.press('Escape');
      await input.waitFor({ state: 'detached' });
    }
  });

  it('goes from row to row with the arrow keys, and within one', async () => {
    const { keyboard } = editor.page;
    const buttons = editor.webviewFrame().getByRole('table', { name: 'Prices' }).getByRole('button');
    const focused = (): Promise<string | null> =>
      editor.webviewFrame().locator('button:focus').getAttribute('aria-label');
    const names = await buttons.evaluateAll((all) => all.map((button) => button.getAttribute('aria-label')));
    const rows = names.filter((name) => !name?.startsWith('Remove: '));
    assert.ok(rows.length > 3 && rows.length < names.length);
    await buttons.first().focus();
    const walked = [await focused()];
    // One more than there are: below the last row it stays.
    for (const _ of rows) {
      await keyboard.press('ArrowDown');
      walked.push(await focused());
    }
    assert.deepEqual(walked, [...rows, rows.at(-1)]);
    await buttons.nth(names.indexOf('Edit: next-model, always')).focus();
    await keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Remove: next-model, always');
    await keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'Edit: next-model, always');
    await keyboard.press('End');
    assert.equal(await focused(), rows.at(-1));
    await keyboard.press('ArrowUp');
    assert.equal(await focused(), rows.at(-2));
  });

  it('fits a narrow place', async () => {
    await editor.page.setViewportSize({ width: 760, height: 900 });
    const page = editor.webviewFrame();
    await row('house-model').scrollIntoViewIfNeeded();
    assert.equal(await overflow(page, 760), 0);
    await editor.shot('prices-narrow');
    assert.deepEqual(await violations(editor), []);
    await editor.page.setViewportSize({ width: 1280, height: 800 });
  });
});
