import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { exactNumber } from '../../src/views/format.ts';
import type { RequestReport } from '../../src/views/usageReport.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor } from './editor.ts';
import { overflow } from './overflow.ts';
import { violations } from './violations.ts';

const LONG = 2600;

/** The sample, and a session of 2,600 requests in the hours before. */
function prepare({ home }: { home: string }): void {
  placeSample(home);
  const session = claudeWriter(home, '/home/dev/shop/long-night');
  const startMs = Date.now() - 9 * 3_600_000;
  session.prompt();
  for (let n = 0; n < LONG; n++)
    session.row({
      type: 'assistant',
      timestamp: new Date(startMs + n * 10_000).toISOString(),
      requestId: `req_long_${n}`,
      message: {
        id: `msg_long_${n}`,
        type: 'message',
        role: 'assistant',
        model: n % 100 === 0 ? '=cmd()<img onerror=alert(1)>' : 'claude-sonnet-4-5',
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: 'lorem' }],
        usage: {
          input_tokens: 3,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 500 + n,
          output_tokens: 1 + (n % 50),
        },
      },
    });
}

/** What the command line lists of the same transcripts, newest first. */
function requestsByCli(home: string, ...args: string[]): RequestReport[] {
  const cli = path.join(projectRoot, 'dist/cli.js');
  const all = [
    'requests',
    '--home',
    home,
    '--tz',
    suiteEnvironment().TZ ?? '',
    '--window',
    'all',
    '--limit',
    '10000',
    ...args,
  ];
  return JSON.parse(execFileSync(process.execPath, [cli, ...all], { encoding: 'utf8', maxBuffer: 1e9 }));
}

const rowAt = (frame: FrameLocator, number: number): Locator =>
  frame.locator(`[role="row"][aria-rowindex="${number + 2}"]`);
const counted = (frame: FrameLocator, count: number): Locator =>
  frame.getByRole('status').getByText(`${exactNumber(count, 'en')} request${count === 1 ? '' : 's'}`, { exact: true });

describe('Requests, used', () => {
  let editor: Editor;
  let frame: FrameLocator;
  let all: RequestReport[];

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare,
      settings: { 'files.simpleDialog.enable': true },
      viewport: { width: 1400, height: 900 },
    });
    frame = editor.webviewFrame();
    all = requestsByCli(editor.home);
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
    await editor.runCommand('Agent Token Meter: Show Requests');
    await counted(frame, all.length).waitFor({ timeout: 30_000 });
  });
  after(() => editor.close());

  /** The texts of a column from some row on. */
  const column = async (name: string, from: number, count: number): Promise<string[]> => {
    const names = await frame.getByRole('columnheader').allTextContents();
    const at = names.findIndex((each) => each.trim() === name);
    const texts: string[] = [];
    for (let row = from; row < from + count; row++) {
      const cell = rowAt(frame, row).getByRole('gridcell').nth(at);
      await cell.locator('bdi').waitFor();
      texts.push((await cell.textContent())?.trim() ?? '');
    }
    return texts;
  };
  const totals = (requests: RequestReport[]): string[] =>
    requests.map(({ total_tokens, estimated }) => `${estimated ? '≈ ' : ''}${exactNumber(total_tokens, 'en')}`);

  it('lists what the command line lists, newest first', async () => {
    assert.equal(await frame.getByRole('grid').getAttribute('aria-rowcount'), String(all.length + 1));
    assert.deepEqual(await column('Total', 0, 12), totals(all.slice(0, 12)));
    const drawn = await frame.getByRole('grid').getByRole('row').count();
    assert.ok(drawn < 100, `${drawn} rows exist`);
    await editor.shot('requests-dark');
  });

  it('is walked by keyboard to its last row and back', async () => {
    await frame.getByRole('grid').focus();
    await editor.page.keyboard.press('End');
    const last = all.length - 1;
    await rowAt(frame, last).waitFor();
    assert.deepEqual(await column('Total', last - 5, 6), totals(all.slice(-6)));
    await editor.page.keyboard.press('PageUp');
    await editor.page.keyboard.press('ArrowUp');
    const active = async (): Promise<number> => {
      const id = await frame.getByRole('grid').getAttribute('aria-activedescendant');
      const index = await frame.locator(`[id="${id}"]`).locator('..').getAttribute('aria-rowindex');
      return Number(index) - 2;
    };
    const moved = last - (await active());
    assert.ok(moved > 5 && moved < 60, `${moved} rows up`);
    await editor.page.keyboard.press('Home');
    assert.equal(await active(), 0);
    await editor.page.keyboard.press('ArrowDown');
    assert.equal(await active(), 1);
    assert.deepEqual(await column('Total', 0, 3), totals(all.slice(0, 3)));
  });

  it('is scrolled by the wheel and the scrollbar to any place', async () => {
    const grid = frame.getByRole('grid');
    await grid.evaluate((element) => element.scrollTo({ top: 1000 * 28 }));
    await rowAt(frame, 1005).locator('bdi').first().waitFor();
    assert.deepEqual(await column('Total', 1000, 8), totals(all.slice(1000, 1008)));
    await grid.hover();
    await editor.page.mouse.wheel(0, 28 * 300);
    await rowAt(frame, 1310).locator('bdi').first().waitFor();
    assert.deepEqual(await column('Total', 1302, 4), totals(all.slice(1302, 1306)));
  });

  it('is dragged over hundreds of places with few questions, and shows the rows where it is let go', async () => {
    const grid = frame.getByRole('grid');
    const dragged = await grid.evaluate(async (element) => {
      const page = window as unknown as { answers: number };
      page.answers = 0;
      window.addEventListener('message', ({ data }) => {
        if (data?.type === 'requests') page.answers++;
      });
      for (let step = 1; step <= 300; step++) {
        element.scrollTop = (0.2 + (0.6 * step) / 300) * (element.scrollHeight - element.clientHeight);
        element.dispatchEvent(new Event('scroll'));
        // What follows from it is done; neither a timer nor an answer comes between.
        await Promise.resolve();
      }
      return {
        isBusy: element.getAttribute('aria-busy'),
        drawn: element.querySelectorAll('.rows [role="row"]').length,
        cells: element.querySelectorAll('.rows [role="row"] bdi').length,
      };
    });
    assert.deepEqual([dragged.isBusy, dragged.cells], ['true', 0], 'rows that are not there yet are shown as such');
    assert.ok(dragged.drawn > 5 && dragged.drawn < 100, `${dragged.drawn} rows exist`);
    await frame.locator('[role="grid"][aria-busy="false"]').waitFor();
    const top = await grid.evaluate((element) => Math.ceil(element.scrollTop / 28));
    assert.ok(top > all.length * 0.7, `at row ${top}`);
    assert.deepEqual(await column('Total', top, 8), totals(all.slice(top, top + 8)));
    const answers = await grid.evaluate(() => (window as unknown as { answers: number }).answers);
    assert.ok(answers <= 6, `${answers} pages were asked for`);
  });

  it('stays where it is read while requests are added, and leads to the new ones', async () => {
    await frame.getByRole('grid').evaluate((element) => element.scrollTo({ top: 800 * 28 }));
    const before = await column('Total', 805, 5);
    const session = claudeWriter(editor.home, editor.workspace);
    session.prompt();
    session.reply(77_700);
    session.reply(77_800);
    const newer = frame.getByRole('button', { name: '2 new requests' });
    await newer.waitFor({ timeout: 30_000 });
    await editor.shot('requests-newer');
    assert.deepEqual(await column('Total', 805, 5), before);
    await newer.click();
    await counted(frame, all.length + 2).waitFor();
    assert.deepEqual(await column('Total', 0, 2), ['77,900', '77,800']);
    all = requestsByCli(editor.home);
    assert.deepEqual(await column('Total', 0, 2), totals(all.slice(0, 2)));
  });

  it('is sorted by any column, both ways', async () => {
    const header = (name: string) => frame.getByRole('columnheader', { name, exact: true });
    await header('Completion').getByRole('button').click();
    await frame.locator('[role="columnheader"][aria-sort="descending"]', { hasText: 'Completion' }).waitFor();
    const outputs = all.map(({ output_tokens }) => output_tokens).sort((a, b) => b - a);
    const shown = (await column('Completion', 0, 10)).map((text) => Number(text.replace(/\D/g, '')));
    assert.deepEqual(shown, outputs.slice(0, 10));
    await header('Completion').getByRole('button').click();
    await frame.locator('[role="columnheader"][aria-sort="ascending"]', { hasText: 'Completion' }).waitFor();
    const least = (await column('Completion', 0, 5)).map((text) => Number(text.replace(/\D/g, '')));
    assert.deepEqual(least, outputs.slice(-5).reverse());
    await header('Time').getByRole('button').click();
    await frame.locator('[role="columnheader"][aria-sort="descending"]', { hasText: 'Time' }).waitFor();
  });

  it('is filtered by what there is to choose, by words and by what is missing', async () => {
    await frame.getByRole('button', { name: 'Filters', exact: true }).click();
    await frame.getByRole('combobox', { name: 'Agent', exact: true }).click();
    await frame
      .getByRole('listbox', { name: 'Agent', exact: true })
      .getByRole('option', { name: /^Codex/ })
      .click();
    const codex = requestsByCli(editor.home, '--agent', 'codex');
    await counted(frame, codex.length).waitFor();
    assert.deepEqual(await column('Total', 0, 4), totals(codex.slice(0, 4)));
    await editor.shot('requests-filters');
    assert.deepEqual(await violations(editor), []);
    await frame.getByRole('button', { name: /Remove filter Agent/ }).click();
    await counted(frame, all.length).waitFor();
    await frame.getByRole('textbox', { name: 'Search in names' }).fill('long-night sonnet');
    await counted(frame, LONG - LONG / 100).waitFor();
    await frame.getByRole('textbox', { name: 'Search in names' }).fill('');
    await counted(frame, all.length).waitFor();
    await frame.getByRole('checkbox', { name: 'Only unpriced' }).click();
    await counted(frame, all.filter(({ cost_usd }) => cost_usd === null).length).waitFor();
    await frame.getByRole('checkbox', { name: 'Only unpriced' }).click();
    await counted(frame, all.length).waitFor();
    await frame.getByRole('button', { name: 'Filters', exact: true }).click();
  });

  it('fits an editor of any width, with its menus', async () => {
    const { page } = editor;
    for (const width of [500, 640, 760, 900, 1040, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      assert.equal(await overflow(frame, width), 0);
      const [inner, outer] = await frame.getByRole('grid').evaluate((grid) => [grid.scrollWidth, grid.clientWidth]);
      assert.equal(inner, outer, `the grid at ${width} px`);
      for (const name of ['Columns', 'Export']) {
        await frame.getByRole('button', { name }).click();
        const panel = frame.getByRole('group', { name, exact: true });
        await panel.waitFor();
        const { left, right, room } = await panel.evaluate((element) => {
          const { left, right } = element.getBoundingClientRect();
          return { left, right, room: document.documentElement.clientWidth };
        });
        assert.ok(left >= 0 && right <= room, `${name} from ${left} to ${right} of ${room} px`);
        await page.keyboard.press('Escape');
      }
    }
  });

  it('shows the columns that are chosen, also after it was closed', async () => {
    await frame.getByRole('button', { name: 'Columns' }).click();
    await frame.getByRole('checkbox', { name: 'Workspace' }).click();
    await frame.getByRole('columnheader', { name: 'Workspace' }).waitFor();
    await frame.getByRole('checkbox', { name: 'Provider' }).click();
    await frame.getByRole('columnheader', { name: 'Provider' }).waitFor({ state: 'detached' });
    assert.deepEqual(await violations(editor), []);
    await editor.page.keyboard.press('Escape');
    await editor.runCommand('View: Close All Editors');
    await editor.runCommand('Agent Token Meter: Show Requests');
    await frame.getByRole('columnheader', { name: 'Workspace' }).waitFor();
    assert.equal(await frame.getByRole('columnheader', { name: 'Provider' }).count(), 0);
  });

  /** Exports, and gives the text of the file. */
  const exported = async (name: 'As CSV' | 'As JSON', file: string): Promise<string> => {
    const to = path.join(editor.workspace, file);
    await frame.getByRole('button', { name: 'Export' }).click();
    await frame.getByRole('button', { name }).click();
    await editor.nameFile(to);
    // It appears when it is whole.
    for (let tries = 0; !existsSync(to); tries++) {
      assert.ok(tries < 300, 'the file does not appear');
      await editor.page.waitForTimeout(100);
    }
    return readFileSync(to, 'utf8');
  };

  it('is exported as JSON with every row, as the command line has them', async () => {
    const rows: Record<string, unknown>[] = JSON.parse(await exported('As JSON', 'all.json'));
    const expected = all.map((request) =>
      Object.fromEntries(
        Object.keys(rows[0] ?? {}).map((key) => [
          key,
          key === 'path' || key === 'offset' ? request.source[key] : request[key as keyof RequestReport],
        ]),
      ),
    );
    // The command line takes the name of the home that it is given.
    const withoutUser = (row: Record<string, unknown>) => ({ ...row, user: '' });
    assert.deepEqual(rows.map(withoutUser), expected.map(withoutUser));
    assert.ok(rows.every(({ user }) => user === userInfo().username));
    assert.ok(rows.some(({ model }) => model === '=cmd()<img onerror=alert(1)>'));
  });

  it('is exported as CSV that runs no formula', async () => {
    const csv = await exported('As CSV', 'all.csv');
    const lines = csv.split('\r\n');
    assert.ok(csv.startsWith('\uFEFFat,agent,'));
    assert.equal(lines.length, all.length + 2);
    assert.ok(csv.includes(",'=cmd()<img onerror=alert(1)>,"));
    assert.ok(!/(^|,)=/m.test(csv));
    assert.deepEqual(
      lines.slice(1, -1).map((line) => line.split(',')[0]),
      all.map(({ at }) => at),
    );
    assert.deepEqual(
      readdirSync(editor.workspace).filter((name) => name.endsWith('.part')),
      [],
    );
    assert.ok(existsSync(path.join(editor.workspace, 'all.json')));
  });

  // A pipe takes no more than what is read from it: so the export waits for us wherever we like.
  (process.platform === 'win32' ? it.skip : it)(
    'tells how far an export is, and leaves nothing when it is cancelled',
    async () => {
      const to = path.join(editor.workspace, 'cancelled.csv');
      execFileSync('mkfifo', [`${to}.part`]);
      await frame.getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('button', { name: 'As CSV' }).click();
      await editor.nameFile(to);
      const pipe = await open(`${to}.part`, 'r');
      try {
        const pieces = readFileSync(path.join(editor.workspace, 'all.csv'), 'utf8').split('\r\n');
        let wanted = Buffer.byteLength(`${pieces.slice(0, 2001).join('\r\n')}\r\n`);
        while (wanted > 0) wanted -= (await pipe.read(Buffer.alloc(Math.min(wanted, 65_536)))).bytesRead;
        await editor.runCommand('Notifications: Show Notifications');
        const progress = editor.page.locator('.notifications-center .notification-list-item', {
          hasText: 'Exporting requests',
        });
        await progress.getByText(`2,000 of ${exactNumber(all.length, 'en')}`).waitFor();
        await editor.shot('requests-exporting');
        // Whoever exports goes on with the page meanwhile.
        await frame.getByRole('grid').evaluate((element) => element.scrollTo({ top: 1500 * 28 }));
        assert.deepEqual(await column('Total', 1500, 3), totals(all.slice(1500, 1503)));
        await progress.getByRole('button', { name: 'Cancel' }).click();
        while ((await pipe.read(Buffer.alloc(65_536))).bytesRead > 0);
      } finally {
        await pipe.close();
      }
      const left = () => readdirSync(editor.workspace).filter((name) => name.startsWith('cancelled'));
      for (let tries = 0; left().length > 0; tries++) {
        assert.ok(tries < 300, `${left()} stays`);
        await editor.page.waitForTimeout(100);
      }
    },
  );

  it('says why a request is counted, and opens its transcript at the record', async () => {
    await frame.getByRole('grid').focus();
    await editor.page.keyboard.press('Home');
    await editor.page.keyboard.press('Enter');
    const list = editor.page.locator('.quick-input-list');
    await list.getByText('Counted').first().waitFor();
    await list.getByText('Open transcript at this record').click();
    await editor.page.locator('.tab', { hasText: /\.jsonl/ }).waitFor();
    await editor.runCommand('Agent Token Meter: Show Requests');
    await frame.getByRole('grid').waitFor();
  });

  it('leads to what consumed the tokens of a session', async () => {
    const names = await frame.getByRole('columnheader').allTextContents();
    const session = rowAt(frame, 2)
      .getByRole('gridcell')
      .nth(names.findIndex((name) => name.trim() === 'Session'));
    const title = (await session.textContent())?.trim() ?? '';
    await session.click();
    const page = editor.webviewFrame();
    await page.getByText('In window', { exact: true }).first().waitFor();
    await page.locator('h1', { hasText: title.slice(0, 20) }).waitFor();
  });

  it('takes the window and the filters of Show Usage over', async () => {
    await editor.runCommand('Agent Token Meter: Show Usage');
    const page = editor.webviewFrame();
    await page.getByRole('radio', { name: 'All', exact: true }).click();
    await page
      .getByRole('table', { name: 'By model' })
      .getByRole('button', { name: 'claude-sonnet-4-5', exact: true })
      .click();
    await page.getByRole('button', { name: /Remove filter Model/ }).waitFor();
    await page.getByRole('button', { name: 'All requests' }).click();
    await counted(page, all.filter(({ model }) => model === 'claude-sonnet-4-5').length).waitFor();
    await page.getByRole('button', { name: 'Remove filter Model: claude-sonnet-4-5' }).waitFor();
  });
});
