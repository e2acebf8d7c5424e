import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { compactTokens, exactNumber } from '../../src/views/format.ts';
import type { UsageReport } from '../../src/views/usageReport.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from '../vscode/temporaryFolder.mjs';
import { type Editor, openEditor } from './editor.ts';
import { overflow } from './overflow.ts';
import { violations } from './violations.ts';

/** What the command line says of the same transcripts, in the zone of the extension host. */
function usageByCli(home: string, ...args: string[]): UsageReport {
  const all = ['usage', '--home', home, '--tz', suiteEnvironment().TZ ?? '', ...args];
  const cli = path.join(projectRoot, 'dist/cli.js');
  return JSON.parse(execFileSync(process.execPath, [cli, ...all], { encoding: 'utf8' }));
}

/** A budget of which the sample used so much this week. */
function budgetUsed(share: number): number {
  const home = makeTemporaryFolder();
  try {
    placeSample(home);
    return Math.round(usageByCli(home, '--window', 'week').totals.total_tokens / share);
  } finally {
    removeTemporaryFolder(home);
  }
}

for (const [theme, name, share, tone] of [
  ['Dark Modern', 'dark', 0.3, 'within budget'],
  ['Light Modern', 'light', 0.6, 'half used'],
  ['Default High Contrast', 'high-contrast', 0.88, 'nearly used up'],
  ['Default High Contrast Light', 'high-contrast-light', 1.2, 'at the limit'],
] as const)
  describe(`Show Usage in ${theme}`, () => {
    let editor: Editor;
    let frame: FrameLocator;

    before(async () => {
      editor = await openEditor({
        theme,
        fixtureHome: '',
        prepare: ({ home }) => placeSample(home),
        settings: { 'agentTokenMeter.weeklyBudgetTokens': budgetUsed(share) },
        viewport: { width: 1280, height: 2600 },
      });
      frame = editor.webviewFrame();
      await editor.statusItem(/week \d+%/).waitFor({ timeout: 60_000 });
      await editor.runCommand('Agent Token Meter: Show Usage');
      await frame.locator('h1').waitFor();
    });
    after(() => editor.close());

    it(`has a ring that is ${tone}`, async () => {
      const ring = frame.getByRole('meter', { name: 'Weekly budget' });
      const text = (await ring.getAttribute('aria-valuetext')) ?? '';
      assert.ok(text.includes(`, ${tone}, `), text);
      const drawn = await ring.locator('path').evaluate((used) => getComputedStyle(used).stroke);
      assert.match(drawn, /^rgb/);
    });

    it('has no accessibility violation, with everything shown', async () => {
      await frame.getByRole('radio', { name: 'All', exact: true }).click();
      await frame.getByRole('heading', { name: 'By session' }).waitFor();
      await frame.getByRole('table', { name: 'By item' }).waitFor();
      await frame.getByRole('radio', { name: 'Monthly' }).click();
      await frame.getByRole('radio', { name: 'Monthly', checked: true }).waitFor();
      await editor.shot(`usage-all-${name}`);
      assert.deepEqual(await violations(editor), []);
      await frame.getByRole('radio', { name: 'Custom' }).click();
      await frame.getByLabel('From').waitFor();
      await frame.getByRole('table', { name: 'By model' }).getByRole('button').first().click();
      await frame.getByRole('group', { name: 'Filters' }).waitFor();
      await frame.getByRole('checkbox', { name: 'Compare with the one before' }).click();
      await frame.getByRole('checkbox', { name: 'Compare with the one before', checked: true }).waitFor();
      await editor.shot(`usage-filtered-${name}`);
      assert.deepEqual(await violations(editor), []);
    });

    it('fits a narrow editor', async () => {
      await editor.closeSideBar();
      await editor.page.setViewportSize({ width: 400, height: 2600 });
      await frame.locator('h1').waitFor();
      assert.equal(await overflow(frame, 400), 0);
      await editor.shot(`usage-narrow-${name}`);
    });
  });

describe('Show Usage, used', () => {
  let editor: Editor;
  let frame: FrameLocator;
  const headline = (report: UsageReport, caption: string): Locator =>
    frame.locator(`h1[title="${exactNumber(report.totals.total_tokens, 'en')} ${caption}"]`);
  const cellsOf = (caption: string, column: string): Promise<string[]> =>
    frame.getByRole('table', { name: caption, exact: true }).locator(`[data-label="${column}"]`).allTextContents();

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare: ({ home }) => placeSample(home),
      viewport: { width: 1280, height: 1400 },
    });
    frame = editor.webviewFrame();
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Usage');
    await frame.locator('h1').waitFor();
  });
  after(() => editor.close());

  it('has no ring without a budget', async () => {
    assert.equal(await frame.getByRole('meter', { name: 'Weekly budget' }).count(), 0);
  });

  it('is filtered by a click, with the figures of the command line', async () => {
    await frame.getByRole('radio', { name: 'All', exact: true }).click();
    const all = usageByCli(editor.home, '--window', 'all');
    await headline(all, 'tokens in all').waitFor();
    const model = all.by_model[0]?.model ?? '';
    await frame.getByRole('table', { name: 'By model' }).getByRole('button', { name: model, exact: true }).click();
    const filtered = usageByCli(editor.home, '--window', 'all', '--model', model);
    await headline(filtered, 'tokens in all, filtered').waitFor();
    assert.deepEqual(
      await cellsOf('By workspace', 'Tokens'),
      filtered.by_workspace.slice(0, 7).map((row) => compactTokens(row.total_tokens, 'en')),
    );
  });

  it('is filtered further by keyboard, and by a part of the ring of providers', async () => {
    const model = usageByCli(editor.home, '--window', 'all').by_model[0]?.model ?? '';
    await frame.getByRole('table', { name: 'By workspace' }).getByRole('button').first().focus();
    await editor.page.keyboard.press('Enter');
    await frame.getByRole('button', { name: /Remove filter Workspace/ }).waitFor();
    await frame.getByRole('list', { name: 'Providers' }).getByRole('button').first().focus();
    await editor.page.keyboard.press('Enter');
    await frame.getByRole('button', { name: /Remove filter Provider/ }).waitFor();
    const folder = (await frame.getByRole('button', { name: /Remove filter Workspace/ }).textContent())?.trim() ?? '';
    const report = usageByCli(
      editor.home,
      ...['--window', 'all', '--model', model, '--workspace', folder.replace('Workspace: ', '')],
    );
    await headline(report, 'tokens in all, filtered').waitFor();
  });

  it('is the same after the window was loaded anew, until its filters are cleared', async () => {
    const title = (await frame.locator('h1').getAttribute('title')) ?? '';
    // An editor in a browser writes down what extensions keep every five seconds.
    await editor.page.waitForTimeout(7000);
    await editor.page.reload();
    await frame.locator(`h1[title="${title}"]`).waitFor({ timeout: 60_000 });
    assert.equal(await frame.getByRole('button', { name: /Remove filter/ }).count(), 3);
    await frame.getByRole('button', { name: /Remove filter Provider/ }).click();
    await frame.getByRole('button', { name: /Remove filter Provider/ }).waitFor({ state: 'hidden' });
    await frame.getByRole('button', { name: 'Clear all' }).click();
    await headline(usageByCli(editor.home, '--window', 'all'), 'tokens in all').waitFor();
  });

  it('goes to the week before and back, beside the one before that', async () => {
    await frame.getByRole('radio', { name: 'Week', exact: true }).click();
    const now = usageByCli(editor.home, '--window', 'week');
    await headline(now, 'tokens this week').waitFor();
    await frame.getByRole('button', { name: 'Previous week' }).click();
    const monday = Date.parse(now.window.since ?? '') - 7 * 86_400_000;
    const before = usageByCli(
      editor.home,
      ...['--since', new Date(monday).toISOString(), '--until', now.window.since ?? ''],
    );
    await headline(before, 'tokens').waitFor();
    await frame.getByRole('checkbox', { name: 'Compare with the one before' }).click();
    await editor.shot('usage-week-before');
    await frame.getByRole('button', { name: 'Next week' }).click();
    await headline(now, 'tokens this week').waitFor();
  });

  it('shows a part of the window that was brushed with the mouse, and the whole again', async () => {
    await frame.getByRole('radio', { name: 'Month', exact: true }).click();
    await headline(usageByCli(editor.home, '--window', 'month'), 'tokens this month').waitFor();
    const bars = frame.getByRole('region', { name: 'Tokens over time' }).getByRole('button');
    const count = await bars.count();
    const [from, to] = [await bars.nth(3).boundingBox(), await bars.nth(count - 2).boundingBox()];
    assert.ok(from && to);
    await editor.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await editor.page.mouse.down();
    await editor.page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
    await editor.shot('usage-brush');
    await editor.page.mouse.up();
    const wider = frame.getByRole('button', { name: 'Back to the whole' });
    await wider.waitFor();
    assert.equal(await bars.count(), count - 4);
    const [since, until] = [
      await frame.getByLabel('From').inputValue(),
      await frame.getByLabel('to', { exact: true }).inputValue(),
    ];
    assert.match(since, /-04$/);
    assert.ok(until > since);
    await wider.click();
    await wider.waitFor({ state: 'hidden' });
    assert.equal(await bars.count(), count);
  });

  it('shows a part of the window that was chosen by keyboard', async () => {
    const bars = frame.getByRole('region', { name: 'Tokens over time' }).getByRole('button');
    await bars.last().focus();
    await editor.page.keyboard.press('Shift+ArrowLeft');
    await editor.page.keyboard.press('Shift+ArrowLeft');
    await frame.getByText('Enter shows this part alone').waitFor();
    await editor.page.keyboard.press('Enter');
    await frame.getByRole('button', { name: 'Back to the whole' }).waitFor();
    await frame.getByRole('button', { name: 'Back to the whole' }).click();
  });

  it('shows the days that are typed', async () => {
    await frame.getByRole('radio', { name: 'Custom' }).click();
    await frame.getByLabel('From').fill('2020-01-01');
    await frame.getByText('History starts on').first().waitFor();
  });

  it('goes to a day of the trend', async () => {
    await frame.getByRole('radio', { name: 'Daily' }).click();
    await frame.getByRole('region', { name: 'Trend' }).getByRole('button').last().click();
    await headline(usageByCli(editor.home, '--window', 'day'), 'tokens today').waitFor();
  });

  it('follows what is written', async () => {
    const session = claudeWriter(editor.home, editor.workspace);
    session.prompt();
    session.reply(81_900);
    await editor.statusItem(/41% · 82k/).waitFor({ timeout: 20_000 });
    await headline(usageByCli(editor.home, '--window', 'day'), 'tokens today').waitFor({ timeout: 10_000 });
  });
});
