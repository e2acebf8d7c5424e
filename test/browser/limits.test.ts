import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { compactTokens } from '../../src/views/format.ts';
import type { LimitsReport } from '../../src/views/limitsReport.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor } from './editor.ts';
import { overflow } from './overflow.ts';
import { violations } from './violations.ts';
import { WEEK_WITH_ROOM } from './weekWithRoom.ts';

const ACCOUNTS = [
  {
    name: 'Shop <img onerror=alert(1)>',
    type: 'max',
    match: { agent: 'claude-code', workspace: '/home/dev/shop' },
    limits: [
      {
        unit: 'tokens',
        amount: 3_000_000,
        period: 'week',
        resets: { day: 'thursday', time: '09:00', zone: 'Europe/Berlin' },
      },
      { unit: 'cost', amount: 5, period: '5h' },
      { unit: 'requests', amount: 0, period: 'day' },
    ],
  },
  { name: 'Codex', match: { agent: 'codex' }, limits: [{ unit: 'requests', amount: 20, period: 'month' }] },
];

/** What the command line says of the same transcripts and settings. */
function limitsByCli(home: string, settings: object, ...args: string[]): LimitsReport {
  const file = path.join(home, 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  const all = ['limits', '--home', home, '--settings', file, '--tz', suiteEnvironment().TZ ?? '', ...args];
  const cli = path.join(projectRoot, 'dist/cli.js');
  return JSON.parse(
    execFileSync(process.execPath, [cli, ...all], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

for (const [theme, name] of [
  ['Light Modern', 'light'],
  ['Default High Contrast', 'contrast'],
] as const)
  describe(`limits in ${theme}`, () => {
    let editor: Editor;
    let frame: FrameLocator;
    const settings = {
      'agentTokenMeter.weeklyBudgetTokens': 5_000_000,
      'agentTokenMeter.usageReset': WEEK_WITH_ROOM,
      'agentTokenMeter.accounts': ACCOUNTS,
    };

    before(async () => {
      editor = await openEditor({
        theme,
        fixtureHome: '',
        prepare: ({ home }) => placeSample(home),
        settings,
        viewport: { width: 1280, height: 2200 },
      });
      frame = editor.webviewFrame();
      await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
      await editor.runCommand('Agent Token Meter: Show Limits');
      await frame.getByRole('heading', { level: 1 }).waitFor();
    });
    after(() => editor.close());

    it('says what cannot be used of the settings, and shows the rest with its figures', async () => {
      await frame.getByText('limit 3: the amount is a number above 0, not 0.').waitFor();
      const report = limitsByCli(editor.home, settings, '--window', 'week');
      const shop = frame.getByRole('region', { name: 'Shop <img onerror=alert(1)>' });
      const [, tokens] = report.limits;
      await shop.getByText(`${compactTokens(tokens?.used ?? 0, 'en')} of 3M tokens`).waitFor();
      assert.equal(await shop.getByRole('meter').count(), 2);
      const codex = frame.getByRole('region', { name: 'Codex' });
      await codex.getByText('Stated by the agent').waitFor();
      await codex
        .getByText(/stated \d+\sh(\s\d+\smin)? ago/)
        .first()
        .waitFor();
      assert.equal(await frame.locator('img').count(), 0);
      assert.deepEqual(await violations(editor), []);
      await editor.shot(`limits-${name}`);
    });

    it('folds accounts, users and workspaces, whose sums are those of the command line', async () => {
      const tree = frame.getByRole('treegrid');
      const rows = tree.getByRole('row');
      const account = rows.nth(1);
      assert.equal(await account.getAttribute('aria-expanded'), 'true');
      await account.focus();
      await editor.page.keyboard.press('ArrowDown');
      await editor.page.keyboard.press('ArrowRight');
      const report = limitsByCli(editor.home, settings, '--window', 'week');
      const [first] = report.accounts;
      const folders = first?.users[0]?.workspaces ?? [];
      assert.ok(folders.length > 1);
      for (const [i, folder] of folders.entries()) {
        const row = rows.nth(3 + i);
        await row.and(frame.locator('[aria-level="3"]')).waitFor();
        assert.equal(await row.getByRole('gridcell').first().textContent(), compactTokens(folder.total_tokens, 'en'));
      }
      assert.equal(
        await account.getByRole('gridcell').first().textContent(),
        compactTokens(first?.total_tokens ?? 0, 'en'),
      );
      await editor.page.keyboard.press('ArrowLeft');
      await editor.page.keyboard.press('ArrowLeft');
      await editor.page.keyboard.press('ArrowLeft');
      await account.and(frame.locator('[aria-expanded="false"]')).waitFor();
      await frame.getByRole('radio', { name: 'All', exact: true }).click();
      await frame.getByRole('heading', { name: 'Accounts, users and workspaces in all' }).waitFor();
      const all = limitsByCli(editor.home, settings, '--window', 'all');
      await account.getByText(compactTokens(all.accounts[0]?.total_tokens ?? 0, 'en'), { exact: true }).waitFor();
    });

    it('opens its form without a violation, and fits a narrow editor', async () => {
      await frame.getByRole('button', { name: 'Edit' }).first().click();
      const form = frame.getByRole('form', { name: 'Edit account' });
      await form.waitFor();
      assert.deepEqual(await violations(editor), []);
      await editor.shot(`limits-form-${name}`);
      await editor.page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
      await frame.locator('vscode-button:focus', { hasText: 'Edit' }).waitFor();
      await editor.page.keyboard.press('Enter');
      await form.waitFor();
      await editor.closeSideBar();
      await editor.page.setViewportSize({ width: 370, height: 2600 });
      assert.equal(await overflow(frame, 370), 0);
      await editor.shot(`limits-narrow-${name}`);
      assert.deepEqual(await violations(editor), []);
      await editor.page.setViewportSize({ width: 1280, height: 800 });
      await editor.page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
    });

    it('takes the focus to a button that is there when an account is removed', async () => {
      const remove = frame.getByRole('button', { name: 'Remove', exact: true });
      const count = await remove.count();
      await remove.first().focus();
      await editor.page.keyboard.press('Enter');
      const dialog = editor.page.locator('.monaco-dialog-box');
      await dialog.getByRole('button', { name: 'Remove' }).click({ timeout: 60_000 });
      await remove.nth(count - 1).waitFor({ state: 'detached' });
      await frame.locator('vscode-button:focus', { hasText: 'Add Account' }).waitFor();
    });
  });
