import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { compactTokens, exactNumber, usd } from '../../src/views/format.ts';
import type { SessionReport, UsageReport } from '../../src/views/usageReport.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { chooseEditor } from '../vscode/editorKind.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor } from './editor.ts';
import { assertStandsOver, giveLongTitle } from './hoverPlace.ts';
import { violations } from './violations.ts';

/** What the command line says of the same transcripts, in the zone of the extension host. */
function cli<Report>(home: string, ...args: string[]): Report {
  const all = [...args, '--home', home, '--tz', suiteEnvironment().TZ ?? ''];
  return JSON.parse(
    execFileSync(process.execPath, [path.join(projectRoot, 'dist/cli.js'), ...all], { encoding: 'utf8' }),
  );
}

const json = (file: string): Record<string, string> => JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8'));

/** Opens the container in the activity bar. */
async function openSidebar({ page }: Editor): Promise<void> {
  await page.locator('.activitybar .action-label[aria-label^="Agent Token Meter"]').click();
}

/** Webviews stand in the order in which they were opened, wherever they are shown. */
const webviews = ({ page }: Editor): Locator => page.locator('iframe.webview.ready');
const sidebarFrame = (editor: Editor): FrameLocator =>
  webviews(editor).first().contentFrame().frameLocator('#active-frame');
const openedPage = (editor: Editor): FrameLocator =>
  webviews(editor).last().contentFrame().frameLocator('#active-frame');

const treeRow = ({ page }: Editor, title: string | RegExp): Locator =>
  page.locator('.sidebar .monaco-list-row', { hasText: title });

describe('the sidebar', () => {
  let editor: Editor;
  let frame: FrameLocator;
  const hostile = '<img src=x onerror=alert(1)> $(zap) [a](command:x)';

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare({ home, workspace }) {
        placeSample(home, { workspace });
        const other = claudeWriter(home, '/home/dev/elsewhere');
        other.prompt();
        other.row({ type: 'summary', summary: hostile });
        other.row({ type: 'custom-title', customTitle: hostile, sessionId: other.sessionId });
        other.reply(190_000);
      },
      settings: { 'agentTokenMeter.weeklyBudgetTokens': 100_000_000 },
    });
    frame = sidebarFrame(editor);
    await editor.statusItem(/week \d+%/).waitFor({ timeout: 60_000 });
    await openSidebar(editor);
    await frame.getByRole('region', { name: 'Live session' }).waitFor();
  });
  after(() => editor.close());

  it('has the figures of the command line', async () => {
    const day = cli<UsageReport>(editor.home, 'usage', '--window', 'day').totals;
    const week = cli<UsageReport>(editor.home, 'usage', '--window', 'week').totals;
    const title = await frame.getByRole('region', { name: 'Live session' }).getByRole('heading').textContent();
    const sessions = cli<SessionReport[]>(editor.home, 'sessions', '--window', 'all');
    const session = sessions.find((each) => each.title === title);
    assert.ok(session, `no session is called ${title}`);
    const rows = await frame.getByRole('table').getByRole('row').allInnerTexts();
    const expected = [
      ['Session', session],
      ['Today', day],
      ['This week', week],
    ] as const;
    // Where the week began within this day, it is said below its name.
    const cells = rows.slice(1).map((row) => row.split(/\s*[\t\n]\s*/).filter((cell) => !cell.startsWith('since ')));
    assert.deepEqual(
      cells,
      expected.map(([name, totals]) => [name, compactTokens(totals.total_tokens, 'en'), usd(totals.cost_usd, 'en')]),
    );
    const exact = await frame.getByRole('cell', { name: cells[2]?.[1] }).last().getAttribute('title');
    assert.equal(exact, `${exactNumber(week.total_tokens, 'en')} tokens`);
    const ring = await frame.getByRole('meter', { name: 'Weekly budget' }).getAttribute('aria-valuenow');
    assert.equal(ring, String(Math.round(week.total_tokens / 1_000_000)));
  });

  it('lists every session at work with its percentage, whatever it is called', async () => {
    const row = treeRow(editor, '$(zap)');
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /95% · <img src=x onerror=alert\(1\)>/s);
    assert.match((await row.getAttribute('aria-label')) ?? '', /95%/);
    const sample = treeRow(editor, /Checkout totals/);
    assert.match((await sample.textContent()) ?? '', /33%/);
  });

  it('follows a session as it grows', async () => {
    const session = claudeWriter(editor.home, '/home/dev/growing');
    session.prompt();
    session.reply(60_000);
    await treeRow(editor, /30% · .*growing/s).waitFor();
    session.reply(120_000);
    await treeRow(editor, /60% · .*growing/s).waitFor();
  });

  it('leads from a session to what consumed its tokens', async () => {
    await treeRow(editor, 'growing').click();
    await editor.page.locator('.tab', { hasText: 'What consumed my tokens' }).waitFor();
    await openedPage(editor).getByRole('heading', { name: 'Claude Code in growing', exact: true }).waitFor();
  });

  it('copies a session’s id and says why it counts, from its menu', async () => {
    await editor.page.keyboard.press('Escape');
    await treeRow(editor, 'growing').click({ button: 'right' });
    const entries = editor.page.locator('.monaco-menu .action-label');
    await entries.filter({ hasText: 'Copy Session ID' }).waitFor();
    assert.deepEqual(
      (await entries.allInnerTexts()).filter((text) => text !== ''),
      ['Open Transcript', 'Why Are These Counted?', 'Copy Session ID'],
    );
    const offered = editor.page.locator('.quick-input-list .monaco-list-row');
    // A menu takes no click in its first moment.
    for (let tries = 0; tries < 20 && !(await offered.first().isVisible()); tries++) {
      await entries
        .filter({ hasText: 'Why Are These Counted?' })
        .click({ timeout: 1000 })
        .catch(() => {});
      await editor.page.waitForTimeout(500);
    }
    assert.equal(await offered.count(), 2, 'its two requests and no other');
    await editor.page.keyboard.press('Escape');
  });

  it('leads to every page', async () => {
    const pages = frame.getByRole('navigation', { name: 'Pages' }).getByRole('button');
    const names = await pages.allInnerTexts();
    assert.equal(names.length, 6);
    for (const [i, name] of names.entries()) {
      await pages.nth(i).click();
      await openedPage(editor)
        .getByRole('navigation', { name: 'Pages' })
        .locator('[aria-current]', { hasText: name })
        .waitFor();
    }
  });

  it('has no accessibility violation, and no text that overflows, from 170 px on', async () => {
    await editor.runCommand('View: Close All Editors');
    for (const width of [170, 240, 420]) {
      const box = await editor.page.locator('.part.sidebar').boundingBox();
      assert.ok(box);
      await editor.page.mouse.move(box.x + box.width, box.y + 300);
      await editor.page.mouse.down();
      await editor.page.mouse.move(box.x + width, box.y + 300, { steps: 5 });
      await editor.page.mouse.up();
      const resized = await editor.page.locator('.part.sidebar').boundingBox();
      assert.ok(Math.abs((resized?.width ?? 0) - width) < 12, `${resized?.width} px wide, not ${width}`);
      const overflow = await frame.locator('body').evaluate(() => {
        const all = [...document.querySelectorAll('main *')];
        return all
          .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .map((element) => element.textContent);
      });
      assert.deepEqual(overflow, [], `at ${width} px`);
      assert.deepEqual(await violations(editor, frame), []);
      await editor.shot(`sidebar-${width}`);
    }
  });
});

describe('every page in Chinese', () => {
  let editor: Editor;
  /** What is English on them whatever the language: names. */
  const NAMES =
    /\b(Agent Token Meter|[Tt]okens?|API|MCP|Bash|SQLite|OpenRouter|OpenTelemetry|JSON|CSV|USD?|Shift|Enter|PostgreSQL)\b/g;

  before(async function () {
    // The window of a desktop takes its language from a language pack alone.
    if ((await chooseEditor()) !== 'server') return this.skip();
    editor = await openEditor({
      fixtureHome: '',
      language: 'zh-cn',
      prepare: ({ home, workspace }) => {
        placeSample(home, { workspace });
        giveLongTitle(home, '结账总额与折扣、优惠券和运费的合计，以及它们在各个国家的税率');
      },
      settings: { 'agentTokenMeter.weeklyBudgetTokens': 4_000_000 },
    });
    await editor.statusItem(/周 \d+%/).waitFor({ timeout: 60_000 });
    await openSidebar(editor);
    await sidebarFrame(editor).getByRole('region', { name: '实时会话' }).waitFor();
  });
  after(() => editor?.close());

  it('has commands, views and a hover in Chinese', async () => {
    await editor.page.locator('.sidebar .pane-header', { hasText: '实时会话' }).waitFor();
    await editor.statusHover(/周 \d+%/);
    const hover = editor.page.locator('.workbench-hover', { hasText: '本周' });
    assert.match((await hover.textContent()) ?? '', /消耗者.*本周：.*token 花在了哪里/s);
    await assertStandsOver(editor, /周 \d+%/, hover);
    await editor.shot('hover-chinese');
  });

  it('shows no text in English', async () => {
    const english = new Set(
      Object.keys(json('src/l10n/bundle.l10n.zh-cn.json')).filter((text) => /^[A-Z][a-z]+( [a-z]+)*\.?$/.test(text)),
    );
    assert.ok(english.size > 100);
    const pages = sidebarFrame(editor).getByRole('navigation', { name: '页面' }).getByRole('button');
    const check = async (frame: FrameLocator, name: string): Promise<void> => {
      await frame.locator('main h1, main h2').first().waitFor();
      const shown = await frame
        .locator('body')
        .evaluate((body) =>
          [...body.querySelectorAll('*')].flatMap((element) => [
            ...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent ?? ''),
            ...['aria-label', 'title', 'placeholder', 'aria-valuetext'].map(
              (attribute) => element.getAttribute(attribute) ?? '',
            ),
          ]),
        );
      const left = shown.filter((text) => english.has(text.trim().replace(NAMES, '')));
      assert.deepEqual(left, [], name);
      assert.deepEqual(await violations(editor, frame), [], name);
    };
    await check(sidebarFrame(editor), 'sidebar');
    const names = await pages.allInnerTexts();
    assert.equal(names.length, 6);
    for (const [i, name] of names.entries()) {
      assert.match(name, /\p{Script=Han}/u);
      await pages.nth(i).click();
      const page = openedPage(editor);
      await page.getByRole('navigation', { name: '页面' }).locator('[aria-current]', { hasText: name }).waitFor();
      await check(page, name);
      await editor.shot(`chinese-${i}`);
    }
  });
});
