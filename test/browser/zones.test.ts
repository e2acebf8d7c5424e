import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { compactTokens, exactNumber, percent, usd } from '../../src/views/format.ts';
import type { TokenTotals, UsageReport } from '../../src/views/usageReport.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor } from './editor.ts';

/** A place on earth with the transcripts that are read there. */
interface Case {
  timeZone: string;
  what: string;
  place(home: string): void;
  /** The day among them on which the clocks change, and the names of its hours about then. */
  change?: { day: string; hours: string[] };
  /** Days of one's own, both included, their edges as the command line takes them, and how many requests each has: one an hour. */
  days?: { from: string; to: string; since: string; until: string; requests: number[] };
}

const CASES: Case[] = [
  {
    timeZone: 'America/New_York',
    what: 'a week in which the clocks go back',
    place: (home) => everyHour(home, '2025-10-25T00:00:00Z', '2025-11-05T00:00:00Z'),
    change: {
      day: '2025-11-02',
      hours: ['Sunday 12:00 AM', 'Sunday, 1:00 AM EDT', 'Sunday, 1:00 AM EST', 'Sunday 2:00 AM'],
    },
    days: {
      from: '2025-10-27',
      to: '2025-11-02',
      since: '2025-10-27T04:00:00Z',
      until: '2025-11-03T05:00:00Z',
      requests: [24, 24, 24, 24, 24, 24, 25],
    },
  },
  {
    timeZone: 'Pacific/Auckland',
    what: 'a week in which the clocks go forward, and several agents',
    place(home) {
      everyHour(home, '2025-09-20T00:00:00Z', '2025-10-01T00:00:00Z');
      for (const agent of ['codex', 'gemini-cli', 'qwen-code', 'pi', 'kimi']) copyFixture(agent, home);
    },
    change: { day: '2025-09-28', hours: ['Sunday 12:00 AM', 'Sunday 1:00 AM', 'Sunday 3:00 AM', 'Sunday 4:00 AM'] },
    days: {
      from: '2025-09-22',
      to: '2025-09-28',
      since: '2025-09-21T12:00:00Z',
      until: '2025-09-28T11:00:00Z',
      requests: [24, 24, 24, 24, 24, 24, 23],
    },
  },
  { timeZone: 'Asia/Kathmandu', what: 'the sample', place: (home) => placeSample(home) },
];

/** A session with a request of another size at half past every hour, so that each edge of a day matters. */
function everyHour(home: string, since: string, until: string): void {
  const session = claudeWriter(home, '/home/dev/clocks');
  let size = 1000;
  for (let atMs = Date.parse(since); atMs < Date.parse(until); atMs += 3_600_000) {
    const timestamp = new Date(atMs + 1800_000).toISOString();
    size += 137;
    session.row({ type: 'user', timestamp, message: { role: 'user', content: 'lorem ipsum' } });
    session.row({
      type: 'assistant',
      timestamp,
      requestId: `req_${atMs}`,
      message: {
        id: `msg_${atMs}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5-20250929',
        content: [{ type: 'text', text: 'dolor' }],
        stop_reason: 'end_turn',
        usage: {
          input_tokens: size,
          output_tokens: 7,
          cache_read_input_tokens: 2 * size,
          cache_creation_input_tokens: 0,
        },
      },
    });
  }
}

/** All homes of an agent's fixtures, one over the other. */
function copyFixture(agent: string, home: string): void {
  const folder = path.join(projectRoot, 'test/fixtures/agents', agent);
  for (const name of fs.readdirSync(folder)) fs.cpSync(path.join(folder, name, 'home'), home, { recursive: true });
}

const figures = (sums: TokenTotals): string[] => [
  exactNumber(sums.turns, 'en'),
  compactTokens(sums.total_tokens, 'en'),
  cost(sums),
];

const cost = (sums: TokenTotals): string => {
  if (sums.turns > 0 && sums.unpriced_turns === sums.turns) return 'unpriced';
  return `${sums.estimated_turns > 0 ? '≈' : ''}${usd(sums.cost_usd, 'en')}${sums.unpriced_turns > 0 ? ' +' : ''}`;
};

for (const { timeZone, what, place, days, change } of CASES)
  describe(`Show Usage in ${timeZone}: ${what}`, () => {
    let editor: Editor;
    let frame: FrameLocator;
    const cli = (...args: string[]): UsageReport =>
      JSON.parse(
        execFileSync(
          process.execPath,
          [path.join(projectRoot, 'dist/cli.js'), 'usage', '--home', editor.home, '--tz', timeZone, ...args],
          { encoding: 'utf8' },
        ),
      );

    before(async () => {
      editor = await openEditor({ fixtureHome: '', prepare: ({ home }) => place(home), env: { TZ: timeZone } });
      frame = editor.webviewFrame();
      await editor.statusItem(/\d+% ·|no transcripts/).waitFor({ timeout: 60_000 });
      await editor.runCommand('Agent Token Meter: Show Usage');
      await frame.locator('h1').waitFor();
    });
    after(() => editor.close());

    /** What stands beside the names of the rows in sight. */
    const figuresOf = (caption: string): Promise<(string | undefined)[][]> =>
      frame
        .getByRole('table', { name: caption, exact: true })
        .locator('tbody tr')
        .evaluateAll((all) => all.map((row) => [...row.children].slice(1).map((cell) => cell.textContent?.trim())));

    /** Every figure of the window that the page shows, against the command line's. */
    async function compare(report: UsageReport, caption: string): Promise<void> {
      const { totals } = report;
      const title = `${exactNumber(totals.total_tokens, 'en')} ${caption}`;
      await frame.locator(`h1[title="${title}"]`).waitFor();
      const facts = await frame
        .locator('dl.facts > div')
        .evaluateAll((all) =>
          all.map((fact) => [fact.querySelector('dt')?.textContent, fact.querySelector('.value')?.textContent]),
        );
      const shown = Object.fromEntries(facts);
      assert.deepEqual(
        [shown.Cost, shown.Requests, shown.Sessions, shown.Output],
        [
          cost(totals),
          exactNumber(totals.turns, 'en'),
          exactNumber(totals.sessions, 'en'),
          compactTokens(totals.output_tokens, 'en'),
        ],
      );
      const rows = await frame
        .getByRole('table', { name: 'By model', exact: true })
        .locator('tbody tr')
        .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent?.trim())));
      assert.deepEqual(
        rows.map((cells) => [cells[0], cells[1], cells[6], cells[7]]),
        report.by_model
          .slice(0, rows.length)
          .map((row) => [row.model, exactNumber(row.turns, 'en'), compactTokens(row.total_tokens, 'en'), cost(row)]),
      );
      assert.ok(rows.length > 0);
      assert.equal(
        shown['Cache hit rate'],
        report.cache.hit_rate === null ? '–' : percent(report.cache.hit_rate, 'en'),
      );
      if (report.cache.saved_usd !== null)
        assert.equal(
          shown['Saved by caching'],
          `${report.cache.estimated ? '≈' : ''}${usd(report.cache.saved_usd, 'en')}`,
        );
      const owners = { workspace: report.by_workspace, account: report.by_account, user: report.by_user };
      for (const [name, told] of Object.entries(owners)) {
        const cells = await figuresOf(`By ${name}`);
        assert.deepEqual(cells, told.slice(0, cells.length).map(figures), name);
        assert.ok(cells.length > 0, name);
      }
      const kinds = await figuresOf('By tool kind');
      const { total_tokens } = totals;
      assert.deepEqual(
        kinds,
        report.by_tool
          .slice(0, kinds.length)
          .map((row) => [percent(row.total_tokens / total_tokens, 'en'), compactTokens(row.total_tokens, 'en')]),
      );
    }

    it('has the figures of the command line, in all', async () => {
      await frame.getByRole('radio', { name: 'All', exact: true }).click();
      await compare(cli('--window', 'all'), 'tokens in all');
    });

    if (days)
      it('has them day by day, though one of the days is longer or shorter', async () => {
        const { from, to, since, until, requests } = days;
        await frame.getByRole('radio', { name: 'Custom' }).click();
        await frame.getByLabel('From').fill(from);
        await compare(cli('--since', since), 'tokens');
        await frame.getByLabel('to', { exact: true }).fill(to);
        const report = cli('--since', since, '--until', until);
        await compare(report, 'tokens');
        const bars = await frame
          .getByRole('region', { name: 'Tokens over time' })
          .locator('table tbody tr')
          .evaluateAll((all) => all.map((row) => row.lastElementChild?.textContent));
        assert.equal(bars.length, 7);
        assert.deepEqual(
          bars,
          report.by_day.map((day) => compactTokens(day.total_tokens, 'en')),
        );
        assert.deepEqual(
          report.by_day.map((day) => day.turns),
          requests,
        );
      });

    if (days && change)
      it('has them hour by hour on the day of the change, each hour with a name of its own', async () => {
        await frame.getByLabel('From').fill(change.day);
        await frame.getByLabel('to', { exact: true }).fill(change.day);
        const turns = days.requests.at(-1) ?? 0;
        const rows = frame.getByRole('region', { name: 'Tokens over time' }).locator('table tbody tr');
        await rows.nth(turns - 1).waitFor({ state: 'attached' });
        await rows.first().getByText('12:00').waitFor({ state: 'attached' });
        const hours = await rows.evaluateAll((all) =>
          all.map((row) => [
            row.firstElementChild?.textContent?.replace(/\s/gu, ' '),
            row.lastElementChild?.textContent,
          ]),
        );
        assert.deepEqual(
          hours.slice(0, 4).map(([name]) => name),
          change.hours,
        );
        assert.equal(hours.length, turns);
        const since = new Date(Date.parse(days.until) - turns * 3_600_000).toISOString();
        const report = cli('--since', since, '--until', days.until);
        assert.equal(report.totals.turns, turns);
        await compare(report, 'tokens');
        await editor.shot(`hours-${turns}`);
      });
  });
