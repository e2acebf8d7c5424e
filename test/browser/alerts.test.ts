import assert from 'node:assert/strict';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { runCommand, statusItem, webviewFrame } from '../vscode/workbench.mjs';
import type { Editor } from './editor.ts';
import { SpendingAgent } from './spendingAgent.ts';
import { violations } from './violations.ts';

const HOUR_MS = 3_600_000;

describe('limits and alerts, used', () => {
  let editor: Editor;
  let frame: FrameLocator;
  const agent = new SpendingAgent();
  const ring = (): Locator => frame.getByRole('meter', { name: 'Weekly budget' });
  const told = (text: RegExp): Locator =>
    editor.page.locator('.notifications-center, .notifications-toasts').getByText(text);
  /** A notification, in the list of them: those that pop up go by themselves. */
  const notified = async (text: RegExp): Promise<Locator> => {
    const notice = told(text);
    for (let tries = 0; tries < 20 && !(await notice.isVisible()); tries++) {
      await editor.runCommand('Notifications: Show Notifications');
      await notice.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    assert.equal(await notice.count(), 1, (await told(/Agent Token Meter/).allTextContents()).join('\n'));
    return notice;
  };
  const button = (name: string): Locator =>
    editor.page.locator('.notifications-center, .notifications-toasts').getByRole('button', { name, exact: true });

  before(async () => {
    editor = await agent.open({ viewport: { width: 1280, height: 1400 } });
    frame = editor.webviewFrame();
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
  });
  after(async () => {
    await editor.close();
    agent.end();
  });

  it('tell once at a threshold: the cause, and what can be done', async () => {
    await editor.runCommand('Agent Token Meter: Show Usage');
    await ring().waitFor();
    assert.match((await ring().getAttribute('aria-valuetext')) ?? '', /within budget/);
    agent.growTo(2_050_000);
    const notice = await notified(
      /Weekly budget: 5\d% used .* Read output added [\d.]+k tokens in the last \d turns?\./,
    );
    for (const name of ['Open', 'Snooze 1 h', 'Snooze until Reset', 'Mute This Limit']) await button(name).waitFor();
    await editor.shot('limits-alert');
    await button('Snooze 1 h').click();
    await notice.waitFor({ state: 'detached' });
  });

  it('hold while snoozed, and tell what holds afterwards', async () => {
    agent.growTo(3_250_000);
    await editor.runCommand('Agent Token Meter: Show Limits');
    await frame.getByText(/No alerts until/).waitFor();
    await frame
      .getByText(/^82% *$|^8\d%/)
      .first()
      .waitFor();
    assert.equal(await told(/Weekly budget/).count(), 0);
    agent.wait(HOUR_MS + 60_000);
    agent.grow();
    // What was told while it was snoozed would say less.
    await notified(new RegExp(`Weekly budget: ${agent.share} used`));
    await button('Mute This Limit').click();
    await told(/Weekly budget/).waitFor({ state: 'detached' });
  });

  it('hold while muted, until the page takes that back', async () => {
    await editor.runCommand('Agent Token Meter: Show Limits');
    const mute = frame.getByRole('button', { name: 'Mute alerts of Weekly budget', pressed: true });
    await mute.waitFor();
    agent.growTo(3_820_000);
    agent.wait(10 * 60_000);
    await frame.getByText(/^9\d%/).first().waitFor({ timeout: 60_000 });
    assert.equal(await told(/Weekly budget/).count(), 0);
    await mute.click();
    agent.grow();
    await notified(new RegExp(`Weekly budget: ${agent.share} used`));
    await button('Open').click();
    await frame.getByRole('heading', { name: 'The limit needs a look' }).waitFor();
  });

  it('change the colour of ring and bar at each threshold', async () => {
    const drawn: string[] = [];
    const bars: string[] = [];
    for (const [budget, tone] of [
      ['9M', 'within budget'],
      ['6.5M', 'half used'],
      ['4.5M', 'nearly used up'],
      ['4M', 'at the limit'],
    ]) {
      await editor.runCommand('Agent Token Meter: Show Limits');
      await frame.getByRole('button', { name: 'Budget and Week' }).click();
      await frame.getByLabel('Tokens a week').fill(budget ?? '');
      await frame.getByRole('button', { name: 'Save' }).first().click();
      await frame.getByText(`of ${budget} tokens`).first().waitFor();
      bars.push(
        await frame
          .getByRole('meter', { name: 'Weekly budget' })
          .locator('.fill')
          .evaluate((fill) => getComputedStyle(fill).backgroundColor),
      );
      await editor.runCommand('Agent Token Meter: Show Usage');
      await ring()
        .and(frame.locator(`[aria-valuetext*="${tone}"]`))
        .waitFor();
      drawn.push(
        await ring()
          .locator('path')
          .evaluate((path) => getComputedStyle(path).stroke),
      );
    }
    assert.equal(new Set(drawn).size, 4, drawn.join(' '));
    assert.deepEqual(bars, drawn);
  });

  it('refuse what is no limit in words, keep what was typed, and take it when it is right', async () => {
    await editor.runCommand('Agent Token Meter: Show Limits');
    await frame.getByRole('button', { name: 'Add Account' }).click();
    const form = frame.getByRole('form', { name: 'New account' });
    await form.getByLabel('Name').fill('Mine');
    await form.getByLabel('Amount').fill('-5');
    await form.getByLabel('Time zone').fill('Mars/Base');
    await form.getByRole('button', { name: 'Save' }).first().click();
    await form.getByRole('alert').getByText('the amount is a number above 0, not -5.').waitFor();
    await form.getByRole('alert').getByText('not “Mars/Base”').waitFor();
    assert.equal(await form.getByLabel('Name').inputValue(), 'Mine');
    await editor.shot('limits-refused');
    assert.deepEqual(await violations(editor), []);
    await form.getByLabel('Amount').fill('4M');
    await form.getByLabel('Time zone').fill('Asia/Kolkata');
    await form.getByRole('button', { name: 'Save' }).first().click();
    await form.waitFor({ state: 'detached' });
    const mine = frame.getByRole('region', { name: 'Mine' });
    await mine.getByText('of 4M tokens').waitFor();
    await editor.shot('limits-dark');
    assert.deepEqual(await violations(editor), []);
  });

  it('begin anew with the next week', async () => {
    agent.wait(7 * 24 * HOUR_MS);
    await editor.runCommand('Agent Token Meter: Show Usage');
    await ring().and(frame.locator('[aria-valuetext^="0%"]')).waitFor({ timeout: 90_000 });
    await frame.getByRole('heading', { name: /^0 tokens this week/ }).waitFor();
  });
});

describe('alerts in two windows', () => {
  let editor: Editor;
  let windows: Page[];
  const agent = new SpendingAgent();

  before(async () => {
    editor = await agent.open({ settings: { 'agentTokenMeter.alerts.contextWindow': false } });
    await editor.statusItem(/week \d+%/).waitFor({ timeout: 60_000 });
    const second = await editor.page.context().newPage();
    await second.goto(editor.page.url());
    windows = [editor.page, second];
    await statusItem(second, /week \d+%/).waitFor({ timeout: 60_000 });
  });
  after(async () => {
    await editor.close();
    agent.end();
  });

  const notices = (window: Page): Locator =>
    window.locator('.notifications-center .notification-list-item', { hasText: 'Weekly budget' });
  /** How many notifications each window has. */
  const told = async (): Promise<number[]> => {
    const counts: number[] = [];
    for (const window of windows) {
      await window.bringToFront();
      await runCommand(window, 'Notifications: Show Notifications');
      await window.locator('.notifications-center.visible').waitFor();
      counts.push(await notices(window).count());
    }
    return counts;
  };
  /** The window that tells something, and the other one: not before both have the newest figures, and asked once more. */
  const theOneThatTells = async (): Promise<[Page, Page]> => {
    let counts = await told();
    while (!counts.some((count) => count > 0)) counts = await told();
    agent.grow();
    const week = new RegExp(`week ${agent.share}`);
    for (const window of windows) await statusItem(window, week).waitFor({ timeout: 30_000 });
    let [first = 0, second = 0] = await told();
    // A list that is being drawn anew has a row twice for a moment.
    for (let tries = 0; tries < 3 && first + second > 1; tries++) [first = 0, second = 0] = await told();
    assert.equal(
      first + second,
      1,
      (await Promise.all(windows.map((each) => notices(each).allTextContents()))).join('\n'),
    );
    const [one, other] = first === 1 ? windows : windows.toReversed();
    assert.ok(one && other);
    await one.bringToFront();
    return [one, other];
  };
  const choose = async (window: Page, action: string): Promise<void> => {
    await runCommand(window, 'Notifications: Show Notifications');
    await notices(window).getByRole('button', { name: action, exact: true }).click();
    await notices(window).waitFor({ state: 'detached' });
  };

  it('are told in one of them, and snoozed in both', async () => {
    agent.growTo(2_050_000);
    const [one, other] = await theOneThatTells();
    await choose(one, 'Snooze 1 h');
    await other.bringToFront();
    await runCommand(other, 'Agent Token Meter: Show Limits');
    await webviewFrame(other)
      .getByText(/No alerts until/)
      .waitFor();
    agent.growTo(3_250_000);
    await webviewFrame(other).getByText(/^8\d%/).first().waitFor({ timeout: 30_000 });
    assert.deepEqual(await told(), [0, 0]);
  });

  it('are told again in one of them when that is over, and muted in both', async () => {
    agent.wait(HOUR_MS + 60_000);
    agent.grow();
    const [one, other] = await theOneThatTells();
    await choose(one, 'Mute This Limit');
    await other.bringToFront();
    await runCommand(other, 'Agent Token Meter: Show Limits');
    await webviewFrame(other).getByRole('button', { name: 'Mute alerts of Weekly budget', pressed: true }).waitFor();
    agent.growTo(3_900_000);
    await webviewFrame(other).getByText(/^9\d%/).first().waitFor({ timeout: 30_000 });
    assert.deepEqual(await told(), [0, 0]);
  });
});
