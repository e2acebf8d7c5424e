import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { claim } from '../../src/engine/claim.ts';
import { type Answer, answerGreetings, connectionOn } from '../../src/engine/greeting.ts';
import { type Editor, openEditor } from './editor.ts';

/** Each page by its name, and a figure or name on it that stays when the engine fails. */
const PAGES: Record<string, (frame: FrameLocator) => Promise<void>> = {
  Requests: (frame) => frame.locator('[role="gridcell"] bdi').first().waitFor(),
  'What consumed my tokens': (frame) => frame.getByRole('table', { name: 'Kinds and their items' }).waitFor(),
  Limits: (frame) => frame.getByText('Weekly budget').first().waitFor(),
  Prices: (frame) => frame.getByRole('table', { name: 'Prices' }).waitFor(),
  Health: (frame) => frame.getByRole('heading', { name: 'Agents' }).waitFor(),
  Usage: (frame) => frame.getByRole('table', { name: 'By agent' }).waitFor(),
};

/** More than an owner takes to see that its claim is gone, and to give the store up. */
const SOON = { timeout: 60_000 };

/** Another program that holds the store of a window, and answers it as it is told to. */
async function holdStore(folder: string): Promise<{ behave(as: 'fails' | 'silent' | 'busy'): void; end(): void }> {
  // Whatever the window claimed is older than this, and free.
  writeFileSync(
    path.join(folder, 'claim-1000'),
    JSON.stringify({ endpoint: 'gone.sock', pid: process.pid, isReleased: true }),
  );
  const claimed = await claim(folder);
  assert.equal(claimed.role, 'leader');
  const { server, release } = claimed as { server: Server; release(): void };
  const sockets = new Set<Socket>();
  let isSilent = false;
  let answer: Answer = 'serving';
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const connection = connectionOn(socket);
    connection.onRequest(() => {
      if (isSilent) return new Promise(() => {});
      throw new Error('the ledger is on fire');
    });
    answerGreetings(connection, (greeting) => ({ ...greeting, answer }));
    connection.listen();
  });
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    behave(as) {
      isSilent = as === 'silent';
      answer = as === 'busy' ? 'busy' : 'serving';
      if (as === 'busy') hangUp();
    },
    end() {
      release();
      hangUp();
    },
  };
}

/** A notice, where its page is scrolled to its end. */
async function assertInSight(notice: Locator): Promise<void> {
  await notice.waitFor(SOON);
  const seen = await notice.evaluate((element) => {
    const { defaultView: view, documentElement: page } = element.ownerDocument;
    view?.scrollTo(0, page.scrollHeight);
    const { top, bottom } = element.getBoundingClientRect();
    return {
      scrolledBy: page.scrollTop,
      isWhole: top >= 0 && bottom <= page.clientHeight,
      covers: bottom / page.clientHeight,
    };
  });
  assert.ok(seen.scrolledBy > 0, 'nothing to scroll');
  assert.ok(seen.isWhole, JSON.stringify(seen));
  assert.ok(seen.covers < 0.6, `it leaves room for figures: ${seen.covers}`);
}

describe('every page while the engine fails', () => {
  let editor: Editor;
  let sidebar: FrameLocator;
  let store: Awaited<ReturnType<typeof holdStore>>;

  /** The page in the tab; the sidebar was opened before it. */
  const page = (): FrameLocator =>
    editor.page.locator('iframe.webview.ready').last().contentFrame().frameLocator('#active-frame');
  const problem = (frame: FrameLocator) => frame.getByRole('complementary', { name: 'Problem' });
  const standing = (frame: FrameLocator) => frame.getByRole('complementary', { name: 'Store' });

  const show = async (name: string): Promise<void> => {
    await sidebar.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name, exact: true }).click();
    await page()
      .getByRole('navigation', { name: 'Pages' })
      .locator('[aria-current="page"]', { hasText: name })
      .waitFor(SOON);
    await PAGES[name]?.(page());
  };

  before(async () => {
    editor = await openEditor({ settings: { 'agentTokenMeter.weeklyBudgetTokens': 12_000_000 } });
    await editor.statusItem(/week \d+%/).waitFor(SOON);
    await editor.page.locator('.activitybar .action-label[aria-label^="Agent Token Meter"]').click();
    sidebar = editor.page.locator('iframe.webview.ready').first().contentFrame().frameLocator('#active-frame');
    await sidebar.getByRole('region', { name: 'Live session' }).waitFor(SOON);
    for (const name of Object.keys(PAGES)) await show(name);
    const root = path.dirname(editor.workspace);
    const claims = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.db.owner'));
    assert.ok(claims);
    store = await holdStore(path.join(root, claims));
  });
  after(async () => {
    store?.end();
    await editor?.close();
  });

  it('keeps the figures of before, and says what is wrong', async () => {
    for (const frame of [sidebar, page()]) {
      const said = problem(frame);
      await said.getByText('These figures are not up to date').waitFor(SOON);
      assert.match(
        (await said.textContent()) ?? '',
        /could not answer \(the ledger is on fire\)\. Nothing .* is lost,/,
      );
    }
    await sidebar.getByRole('region', { name: 'Live session' }).waitFor();
    for (const name of Object.keys(PAGES)) {
      await show(name);
      await problem(page()).getByText('the ledger is on fire').waitFor(SOON);
      await editor.shot(`failing-${Object.keys(PAGES).indexOf(name)}`);
    }
  });

  it('is in sight in a sidebar that is scrolled', async () => {
    await editor.page.setViewportSize({ width: 1280, height: 520 });
    await assertInSight(problem(sidebar));
    await editor.shot('failing-sidebar');
    await editor.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('says when no answer comes', async () => {
    store.behave('silent');
    for (const frame of [sidebar, page()]) await frame.getByRole('button', { name: 'Try Again' }).click();
    for (const frame of [sidebar, page()])
      await problem(frame).getByText('The engine has not answered for a while.').waitFor(SOON);
    await PAGES.Usage?.(page());
  });

  it('recovers, and says on each page that nothing is stored while another program has the store', async () => {
    store.behave('busy');
    for (const frame of [sidebar, page()]) {
      await problem(frame).waitFor({ ...SOON, state: 'detached' });
      await standing(frame).getByText('Another program has the store of Agent Token Meter open.').waitFor(SOON);
    }
    for (const name of Object.keys(PAGES)) {
      await show(name);
      await standing(page()).waitFor(SOON);
      await editor.shot(`busy-${Object.keys(PAGES).indexOf(name)}`);
      assert.equal(await problem(page()).count(), 0, name);
    }
    await editor.page.setViewportSize({ width: 1280, height: 420 });
    await assertInSight(standing(sidebar));
    await editor.shot('busy-sidebar');
    await editor.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('is as before when the store can be had again', async () => {
    store.end();
    for (const frame of [sidebar, page()]) await standing(frame).waitFor({ ...SOON, state: 'detached' });
    for (const name of Object.keys(PAGES)) {
      await show(name);
      assert.equal((await problem(page()).count()) + (await standing(page()).count()), 0, name);
    }
  });
});
