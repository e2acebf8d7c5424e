import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { compactTokens, exactNumber } from '../../src/views/format.ts';
import type { UsageReport, WindowName } from '../../src/views/usageReport.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor } from './editor.ts';
import { assertStandsOver, giveLongTitle } from './hoverPlace.ts';
import { violations } from './violations.ts';

/** What the command line says of the same transcripts, in the zone of the extension host. */
function usageByCli(home: string, window: WindowName): UsageReport {
  const args = ['usage', '--window', window, '--home', home, '--tz', suiteEnvironment().TZ ?? ''];
  return JSON.parse(
    execFileSync(process.execPath, [path.join(projectRoot, 'dist/cli.js'), ...args], { encoding: 'utf8' }),
  );
}

const CAPTIONS: Record<string, string> = { Day: 'today', Week: 'this week', Month: 'this month', All: 'in all' };

for (const [theme, name] of [
  ['Dark Modern', 'dark'],
  ['Light Modern', 'light'],
] as const) {
  describe(`the packaged extension in ${theme}`, () => {
    let editor: Editor;

    before(async () => {
      editor = await openEditor({
        theme,
        fixtureHome: '',
        prepare: ({ home }) => {
          placeSample(home);
          giveLongTitle(home, 'Totals of a checkout whose discounts, vouchers and shipping add up');
        },
        // with a pace, and so with the longest figures
        settings: { 'agentTokenMeter.weeklyBudgetTokens': 4_000_000 },
      });
    });
    after(() => editor.close());

    it('shows a meter for the sample, marked as elsewhere', async () => {
      const item = editor.statusItem(/\d+% · [\d.]+[kM] · week \d+%/);
      await item.waitFor({ timeout: 60_000 });
      assert.match((await item.locator('a').getAttribute('aria-label')) ?? '', /context \d+% full.*in another folder/);
    });

    it('explains the meter in its hover, with the bar as a picture', async () => {
      const hover = await editor.statusHover(/\d+% ·/);
      const text = (await hover.textContent()) ?? '';
      assert.match(text, /[\d,]+ of [\d,]+ tokens \(\d+%\)/);
      assert.match(text, /Window size/);
      assert.match(text, /This week/);
      const picture = hover.locator('img');
      await picture.waitFor();
      const size = await picture.evaluate((img: HTMLImageElement) =>
        img.decode().then(() => [img.naturalWidth, img.naturalHeight]),
      );
      assert.ok((size[0] ?? 0) > 250 && (size[1] ?? 0) >= 24, String(size));
      assert.match((await picture.getAttribute('alt')) ?? '', /tokens: .*%/);
      await assertStandsOver(editor, /\d+% ·/, hover);
      await editor.shot(`hover-${name}`);
    });

    it('opens Show Usage from the palette with the figures of the command line, for each window', async () => {
      await editor.runCommand('Agent Token Meter: Show Usage');
      const frame = editor.webviewFrame();
      for (const [label, window] of [
        ['Day', 'day'],
        ['Month', 'month'],
        ['All', 'all'],
        ['Week', 'week'],
      ] as const) {
        const expected = usageByCli(editor.home, window);
        await frame.getByRole('radio', { name: label, exact: true }).click();
        const title = `${exactNumber(expected.totals.total_tokens, 'en')} tokens ${CAPTIONS[label]}`;
        await frame.locator(`h1[title="${title}"]`).waitFor({ timeout: 10_000 });
        const models = await frame.getByRole('table', { name: 'By model' }).getByRole('rowheader').allTextContents();
        assert.deepEqual(
          models,
          expected.by_model.map((row) => row.model),
        );
        const totals = await frame
          .getByRole('table', { name: 'By model' })
          .locator('[data-label="Total"]')
          .allTextContents();
        assert.deepEqual(
          totals,
          expected.by_model.map((row) => compactTokens(row.total_tokens, 'en')),
        );
      }
      await editor.shot(`usage-${name}`);
    });

    it('has no accessibility violation on Show Usage', async () => {
      assert.deepEqual(await violations(editor), []);
    });

    it('shows what consumed the tokens, by kind and item', async () => {
      const frame = editor.webviewFrame();
      await frame.getByRole('button', { name: 'What consumed my tokens' }).click();
      const attribution = editor.webviewFrame();
      await attribution.getByText('In window', { exact: true }).first().waitFor();
      assert.ok((await attribution.locator('svg rect').count()) >= 3);
      const kinds = (await attribution.getByRole('table').textContent()) ?? '';
      for (const kind of ['Read', 'Bash', 'System']) assert.ok(kinds.includes(kind), kind);
      await editor.shot(`attribution-${name}`);
      assert.deepEqual(await violations(editor), []);
    });

    it('follows a transcript of this workspace, on the meter and on the open page', async () => {
      await editor.runCommand('Agent Token Meter: Show Usage');
      const session = claudeWriter(editor.home, editor.workspace);
      session.prompt();
      session.reply(81_900);
      await editor.statusItem(/41% · 82k/).waitFor({ timeout: 10_000 });
      assert.equal(
        await editor
          .statusItem(/41% · 82k/)
          .locator('.codicon-link-external')
          .count(),
        0,
      );
      const expected = usageByCli(editor.home, 'week');
      const title = `${exactNumber(expected.totals.total_tokens, 'en')} tokens this week`;
      await editor.webviewFrame().locator(`h1[title="${title}"]`).waitFor({ timeout: 10_000 });
      await editor.shot(`live-${name}`);
    });

    it('says why a request is counted, and opens the transcript at its record', async () => {
      await editor.runCommand('Agent Token Meter: Why Is This Counted?');
      const list = editor.page.locator('.quick-input-list .monaco-list-row');
      await list
        .filter({ hasText: /· 82k tokens/ })
        .first()
        .waitFor();
      await editor.page.keyboard.press('Enter');
      await list.filter({ hasText: 'Open transcript at this record' }).waitFor();
      await editor.shot(`why-${name}`);
      await editor.page.keyboard.press('Enter');
      await editor.page.locator('.tab.active', { hasText: '.jsonl' }).waitFor();
      // a prompt, the reply, its result: the reply is on line 2
      await editor.page.locator('.statusbar-item', { hasText: 'Ln 2, Col 1' }).waitFor();
    });
  });
}

describe('the packaged extension without any transcript', () => {
  let editor: Editor;
  before(async () => {
    editor = await openEditor({ fixtureHome: '' });
  });
  after(() => editor.close());

  it('says so in the meter and on the page, and comes alive with the first transcript', async () => {
    await editor.statusItem('no transcripts').waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Usage');
    await editor.webviewFrame().getByText('No transcripts of coding agents yet').waitFor();
    await editor.shot('empty-dark');
    for (const [command, title] of [
      ['Show Requests', 'No requests yet'],
      ['What Consumed My Tokens', 'Nothing consumed yet'],
      ['Show Limits', 'No limits yet'],
      ['Show Prices', 'No model has been used yet'],
      ['Show Health', 'No transcripts found'],
    ] as const) {
      await editor.runCommand(`Agent Token Meter: ${command}`);
      await editor.webviewFrame().getByText(title).first().waitFor();
      assert.deepEqual(await violations(editor), [], command);
    }
    const session = claudeWriter(editor.home, editor.workspace);
    session.prompt();
    session.reply(19_900);
    // a folder that did not exist cannot be watched: the sweep of a focused window or of the clock finds it
    await editor.runCommand('Agent Token Meter: Look for New Transcripts Now');
    await editor.statusItem(/10% · 20k/).waitFor({ timeout: 10_000 });
  });
});

describe('two windows on one machine', () => {
  let editor: Editor;
  before(async () => {
    editor = await openEditor({ fixtureHome: '' });
  });
  after(() => editor.close());

  it('show the same figures from one engine', async () => {
    await editor.statusItem('no transcripts').waitFor({ timeout: 60_000 });
    const second = await editor.page.context().newPage();
    await second.goto(editor.page.url());
    await second.locator('.statusbar-item', { hasText: 'no transcripts' }).waitFor({ timeout: 60_000 });
    const session = claudeWriter(editor.home, editor.workspace);
    session.prompt();
    session.reply(19_900);
    await editor.page.bringToFront();
    await editor.runCommand('Agent Token Meter: Look for New Transcripts Now');
    await editor.statusItem(/10% · 20k/).waitFor({ timeout: 10_000 });
    await second.locator('.statusbar-item', { hasText: '10% · 20k' }).waitFor({ timeout: 10_000 });
    session.reply(39_900);
    await editor.statusItem(/20% · 40k/).waitFor({ timeout: 10_000 });
    await second.locator('.statusbar-item', { hasText: '20% · 40k' }).waitFor({ timeout: 10_000 });
    await second.close();
  });
});
