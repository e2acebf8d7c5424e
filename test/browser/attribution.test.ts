import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { type ClaudeWriter, claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { type Editor, openEditor } from './editor.ts';
import { overflow } from './overflow.ts';
import { violations } from './violations.ts';

const TURNS = 12;

/** A session of the workspace that reads the same file in each of its turns. */
function writeSession(home: string, workspace: string): ClaudeWriter {
  const session = claudeWriter(home, workspace);
  session.prompt();
  for (let turn = 1; turn <= TURNS; turn++) session.reply(20_000 + 5000 * turn);
  return session;
}

for (const [theme, name] of [
  ['Dark Modern', 'dark'],
  ['Light Modern', 'light'],
  ['Default High Contrast', 'high-contrast'],
  ['Default High Contrast Light', 'high-contrast-light'],
] as const) {
  describe(`the attribution panel in ${theme}`, () => {
    let editor: Editor;
    let frame: FrameLocator;

    before(async () => {
      editor = await openEditor({
        theme,
        fixtureHome: '',
        prepare: ({ home }) => placeSample(home),
        viewport: { width: 1280, height: 1200 },
      });
      frame = editor.webviewFrame();
    });
    after(() => editor.close());

    it('stands in the hover as a picture with a table below', async () => {
      const hover = await editor.statusHover(/\d+% ·/);
      await hover.locator('img').waitFor();
      const kinds = await hover.locator('td:first-child').allTextContents();
      assert.ok(kinds.length > 10 && kinds.some((kind) => kind.includes('Read')), String(kinds));
      // the editor lets the colours through
      const colour = await hover.locator('td span').first().getAttribute('style');
      assert.match(colour ?? '', /color:\s?(#|rgb)/);
      await editor.shot(`attribution-hover-${name}`);
    });

    it('has no accessibility violation, as it opens and with everything unfolded', async () => {
      await editor.runCommand('Agent Token Meter: What Consumed My Tokens');
      await frame.getByRole('slider').first().waitFor();
      await editor.shot(`attribution-panel-${name}`);
      assert.deepEqual(await violations(editor), []);
      const folded = frame.locator('[aria-expanded=false][data-row]');
      for (let left = await folded.count(); left > 0; left--) await folded.first().click();
      await frame.getByText('Figures as a table').click();
      await frame.getByRole('combobox', { name: 'Session' }).click();
      await editor.shot(`attribution-unfolded-${name}`);
      assert.deepEqual(await violations(editor), []);
    });

    it('fits a narrow editor', async () => {
      await editor.closeSideBar();
      await editor.page.setViewportSize({ width: 400, height: 1200 });
      assert.equal(await overflow(frame, 400), 0);
      await editor.shot(`attribution-narrow-${name}`);
    });
  });
}

describe('what consumed the tokens of a session', () => {
  let editor: Editor;
  let frame: FrameLocator;
  let session: ClaudeWriter;
  const row = (name: string): Locator =>
    frame
      .getByRole('table', { name: 'Kinds and their items' })
      .getByRole('row')
      .filter({ has: frame.getByText(name, { exact: true }) });
  const cell = async (name: string, column: string): Promise<string | null> =>
    row(name).first().locator(`[data-label="${column}"]`).textContent();

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare: ({ home, workspace }) => {
        placeSample(home);
        session = writeSession(home, workspace);
        fs.writeFileSync(path.join(workspace, 'index.ts'), 'export {};\n');
      },
      viewport: { width: 1280, height: 1200 },
    });
    frame = editor.webviewFrame();
    await editor.statusItem(/40% · 80k/).waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: What Consumed My Tokens');
    await frame.getByRole('slider').first().waitFor();
  });
  after(() => editor.close());

  it('is told in three lenses', async () => {
    assert.match((await frame.locator('.stops button').first().getAttribute('aria-label')) ?? '', /tokens, \d+%/);
    await frame.getByRole('radio', { name: 'In flight' }).click();
    await frame.getByRole('columnheader', { name: 'In flight' }).waitFor();
    assert.equal(await cell('Read', 'Share'), '100%');
    await frame.getByRole('radio', { name: 'Spent' }).click();
    await frame.getByText('What was sent and generated over all turns of this thread').waitFor();
    assert.equal(await cell('Read', 'Calls'), String(TURNS));
  });

  it('tells the exact figures of a part of the bar to the keyboard, until Escape', async () => {
    await frame.getByRole('radio', { name: 'Spent' }).focus();
    await editor.page.keyboard.press('Tab');
    const tip = frame.getByRole('tooltip');
    await tip.waitFor();
    const first = await tip.textContent();
    await editor.page.keyboard.press('ArrowRight');
    await assert.doesNotReject(() => frame.locator('.stops button:focus').waitFor());
    assert.notEqual(await tip.textContent(), first);
    await editor.page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
  });

  it('opens a kind by keyboard and a file from its row', async () => {
    await frame.locator('[data-row=read]').focus();
    await editor.page.keyboard.press('ArrowRight');
    await editor.page.keyboard.press('ArrowDown');
    await frame.locator('.link:focus').waitFor();
    await editor.page.keyboard.press('Enter');
    await editor.page.locator('.tab.active', { hasText: 'index.ts' }).waitFor();
  });

  it('says so when a file is not there any more', async () => {
    fs.rmSync(path.join(editor.workspace, 'index.ts'));
    await editor.runCommand('Agent Token Meter: What Consumed My Tokens');
    // The panel is loaded anew when it is shown again, folded as at first; on a slow machine the old one is still seen for a moment.
    const link = frame.locator('.link').first();
    for (let isOpened = false; !isOpened; ) {
      if (!(await link.isVisible())) await frame.locator('[data-row=read]').click();
      isOpened = await link.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    }
    await editor.runCommand('Notifications: Show Notifications');
    await editor.page.locator('.notification-list-item', { hasText: 'is not there any more' }).waitFor();
    await editor.page.keyboard.press('Escape');
  });

  it('comes with advice that says how it was computed, and stays away once dismissed', async () => {
    const cards = frame.getByRole('list', { name: 'Advice' }).getByRole('listitem');
    await cards.first().waitFor();
    const title = (await cards.first().getByRole('heading').textContent()) ?? '';
    const how = cards.first().locator('details p');
    await cards.first().getByText('How this was computed').click();
    assert.match((await how.textContent()) ?? '', /\d/);
    await cards.first().getByRole('button', { name: 'Dismiss' }).click();
    await frame.getByRole('heading', { name: title, exact: true }).waitFor({ state: 'hidden' });
    session.row({ type: 'user', message: { role: 'user', content: 'lorem' } });
    await frame.getByRole('radio', { name: 'In window' }).click();
    await frame.getByText('What fills the context window of this thread now.').waitFor();
    assert.equal(await frame.getByRole('heading', { name: title, exact: true }).count(), 0);
    await frame.getByRole('radio', { name: 'Spent' }).click();
  });

  it('is told of some turns only, brushed with the mouse', async () => {
    const brush = frame.locator('.brush');
    await brush.scrollIntoViewIfNeeded();
    const box = await brush.boundingBox();
    assert.ok(box);
    const at = (part: number) => box.x + box.width * part;
    await editor.page.mouse.move(at(0.3), box.y + 40);
    await editor.page.mouse.down();
    await editor.page.mouse.move(at(0.6), box.y + 60, { steps: 4 });
    await editor.page.mouse.up();
    await frame.getByText(`Turns 4–8 of ${TURNS}`).waitFor();
    await frame.getByText('in these turns').waitFor();
    assert.equal(await cell('Read', 'Calls'), '5');
    await editor.shot('attribution-range');
  });

  it('is told of other turns by keyboard, and of all again', async () => {
    await frame.getByRole('slider', { name: 'Last turn shown' }).focus();
    await editor.page.keyboard.press('ArrowRight');
    await frame.getByText(`Turns 4–9 of ${TURNS}`).waitFor();
    await frame.getByRole('tooltip').waitFor();
    await editor.page.keyboard.press('Escape');
    await frame.getByRole('tooltip').waitFor({ state: 'hidden' });
    await editor.page.keyboard.press('Escape');
    await frame.getByText(`of ${TURNS} ·`).waitFor({ state: 'hidden' });
    assert.equal(await cell('Read', 'Calls'), String(TURNS));
  });

  it('grows with the session', async () => {
    session.reply(99_900);
    await frame.getByText('100,000 of 200,000 tokens (50%)').waitFor({ timeout: 10_000 });
    await frame
      .getByRole('slider', { name: 'Last turn shown' })
      .and(frame.locator(`[aria-valuenow="${TURNS + 1}"]`))
      .waitFor();
  });

  it('is told of another session, found by typing, of its subagents, and back', async () => {
    const sessions = frame.getByRole('combobox', { name: 'Session' });
    await sessions.click();
    await sessions.fill('checkout totals');
    await editor.page.keyboard.press('Enter');
    await frame.getByRole('heading', { name: 'Checkout totals with discounts' }).waitFor();
    await frame.locator('[data-row=task]').click();
    await frame.getByTitle('Show this thread').first().click();
    await frame.getByRole('navigation', { name: 'Launched by' }).getByText('Main thread').waitFor();
    await editor.shot('attribution-subagent');
    assert.deepEqual(await violations(editor), []);
  });

  it('is the same after the window was loaded anew: session, thread and lens', async () => {
    // An editor in a browser writes down what extensions keep every five seconds.
    await editor.page.waitForTimeout(7000);
    await editor.page.reload();
    await frame.getByRole('heading', { name: 'Checkout totals with discounts' }).waitFor({ timeout: 60_000 });
    const path = frame.getByRole('navigation', { name: 'Launched by' });
    await path.waitFor();
    assert.ok(await frame.getByRole('radio', { name: 'Spent' }).isChecked());
    await path.getByRole('button', { name: 'Main thread' }).click();
    await path.waitFor({ state: 'hidden' });
    await frame.getByRole('combobox', { name: 'Session' }).click();
    await editor.page.keyboard.press('Home');
    await frame.getByRole('option', { name: 'Follow the live session' }).click();
    await frame.getByText('100,000 of 200,000 tokens (50%)').waitFor();
  });
});
