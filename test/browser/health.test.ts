import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { type Editor, openEditor } from './editor.ts';
import { violations } from './violations.ts';

/** The sample, and beside it what an agent of tomorrow writes, and an agent that leaves no tokens. */
function prepare({ home }: { home: string }): void {
  placeSample(home);
  mkdirSync(path.join(home, '.cursor/projects'), { recursive: true });
  const session = claudeWriter(home, '/home/dev/shop/tomorrow');
  session.prompt();
  session.reply(12_000);
  for (let kind = 1; kind <= 14; kind++) session.row({ type: `thought-stream-${kind}`, version: '9.0.1' });
  session.row({ type: 'user', version: '9.0.1', message: { role: 'user', content: 'lorem ipsum' } });
}

for (const [theme, name] of [
  ['Dark Modern', 'dark'],
  ['Light Modern', 'light'],
  ['Default High Contrast', 'contrast'],
] as const) {
  describe(`health in ${theme}`, () => {
    let editor: Editor;
    before(async () => {
      editor = await openEditor({ theme, fixtureHome: '', prepare });
    });
    after(() => editor.close());

    it('is opened from the usage page, and says what was not understood', async () => {
      await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
      await editor.runCommand('Agent Token Meter: Show Usage');
      await editor.webviewFrame().getByRole('button', { name: 'Health' }).click();
      const page = editor.webviewFrame();
      await page.getByRole('heading', { name: '1 finding to look at' }).waitFor();
      await page.getByText('Claude Code 9.0.1 writes 14 record kinds we do not know').waitFor();
      await page.getByText('14 record kinds', { exact: true }).click();
      await page.getByText('thought-stream-14', { exact: true }).waitFor();
      const agents = await page.getByRole('table', { name: 'Agents' }).getByRole('rowheader').allTextContents();
      assert.deepEqual(agents, ['Claude Code', 'Codex']);
      await editor.shot(`health-${name}`);
    });

    it('says where transcripts were looked for, and why an agent is not counted', async () => {
      const page = editor.webviewFrame();
      await page.getByText('its transcripts hold neither tokens nor times').waitFor();
      await page.locator('summary', { hasText: 'Gemini CLI' }).click();
      await page
        .getByText(path.join(editor.home, '.gemini', 'tmp'))
        .first()
        .waitFor();
      await page.locator('summary', { hasText: 'Gemini CLI' }).scrollIntoViewIfNeeded();
      await editor.shot(`health-folders-${name}`);
      assert.deepEqual(await violations(editor), []);
    });

    it('keeps its figures under a problem, until there are newer ones', async () => {
      const page = editor.webviewFrame();
      await page.locator('main').evaluate(() => window.postMessage({ type: 'problem', text: 'The engine has ended.' }));
      await page.getByRole('alert').getByText('The engine has ended.').waitFor();
      await page.getByRole('table', { name: 'Agents' }).waitFor();
      await editor.shot(`health-problem-${name}`);
      assert.deepEqual(await violations(editor), []);
      await page.getByRole('button', { name: 'Try Again' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await page.getByRole('table', { name: 'Agents' }).waitFor();
    });

    it('leads to the log', async () => {
      await editor.webviewFrame().getByRole('button', { name: 'Show Log' }).click();
      await editor.page.locator('.panel .pane-body, .panel .output-view').first().waitFor();
      await editor.page.getByText('writes 14 record kinds we do not know').first().waitFor();
    });
  });
}

describe('health without any transcript', () => {
  let editor: Editor;
  before(async () => {
    editor = await openEditor({ fixtureHome: '' });
  });
  after(() => editor.close());

  it('says so, and where it was looked', async () => {
    await editor.statusItem('no transcripts').waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Health');
    const page = editor.webviewFrame();
    await page.getByRole('heading', { name: 'No transcripts found' }).waitFor();
    await page.locator('summary', { hasText: 'Claude Code' }).click();
    await page
      .getByText(path.join(editor.home, '.claude', 'projects'))
      .first()
      .waitFor();
    await editor.shot('health-empty');
    assert.deepEqual(await violations(editor), []);
  });
});
