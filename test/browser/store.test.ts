import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { replyRecord } from '../unit/engine/transcriptHome.ts';
import { type Editor, openEditor } from './editor.ts';

const DAY_MS = 86_400_000;
const SOON = { timeout: 3_000 };

const project = (home: string): string => path.join(home, '.claude', 'projects', '-srv-app');

/** Appends replies that were made so many days ago. */
function reply(home: string, session: string, daysAgo: readonly number[]): void {
  mkdirSync(project(home), { recursive: true });
  for (const [index, days] of daysAgo.entries()) {
    const at = new Date(Date.now() - days * DAY_MS).toISOString();
    const record = replyRecord(session, `${session}-${days}-${index}`).replace(
      /"timestamp":"[^"]+"/,
      `"timestamp":"${at}"`,
    );
    appendFileSync(path.join(project(home), `${session}.jsonl`), `${record}\n`);
  }
}

describe('care of the store', () => {
  let editor: Editor;
  let backup: string;

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare({ home, workspace }) {
        reply(home, 'old', [900, 800, 3]);
        reply(home, 'new', [2, 1]);
        backup = path.join(path.dirname(workspace), 'kept', 'backup.db');
        mkdirSync(path.dirname(backup));
      },
      settings: { 'agentTokenMeter.keepMonths': 12, 'files.simpleDialog.enable': true },
    });
  });
  after(() => editor.close());

  /** A notification in their list, which is opened for it: the editor shows them by themselves only while its window has the focus. */
  const notification = async (text: string | RegExp): Promise<Locator> => {
    const item = editor.page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
    for (const until = Date.now() + 60_000; ; ) {
      try {
        const list = editor.page.locator('.notifications-center.visible');
        if (!(await list.isVisible())) await editor.page.locator('.statusbar-item .codicon-bell-dot').click(SOON);
        await item.waitFor(SOON);
        return item;
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  };

  /** Waits for what a command says, and puts it away. */
  const says = async (text: string | RegExp): Promise<string> => {
    const item = await notification(text);
    const told = (await item.locator('.notification-list-item-message').textContent()) ?? '';
    await item.hover();
    await item.locator('.codicon-notifications-clear').click();
    await item.waitFor({ state: 'detached' });
    return told;
  };

  const confirm = async (button: string): Promise<void> => {
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByRole('button', { name: button }).click({ timeout: 60_000 });
    await dialog.waitFor({ state: 'detached' });
  };

  it('takes out old history only when the user agrees', async () => {
    await notification(/keeps history from .* 2 requests from before/);
    await editor.shot('store-agree');
    await editor.runCommand('Agent Token Meter: Check Store');
    await says('The store is sound: 5 requests');
    const question = await notification('keeps history');
    await question.getByRole('button', { name: 'Take Out' }).click();
    await question.waitFor({ state: 'detached' });
    await editor.runCommand('Agent Token Meter: Check Store');
    await says('The store is sound: 3 requests, all sums are right.');
  });

  it('copies the store into a file', async () => {
    await editor.runCommand('Agent Token Meter: Back Up Store');
    await editor.nameFile(backup);
    assert.ok((await says('The store was copied to')).includes(backup));
    assert.ok(statSync(backup).size > 0);
  });

  it('reads all transcripts anew, and does not bring back what was taken out', async () => {
    await editor.runCommand('Agent Token Meter: Rebuild from Transcripts');
    await confirm('Rebuild');
    await says('The store was rebuilt: 3 requests.');
  });

  it('gives back space', async () => {
    await editor.runCommand('Agent Token Meter: Compact Store');
    await says(/The store is compact: [\d.]+ (kB|MB)/);
  });

  it('puts a backup in the place of the store, and keeps the one of before', async () => {
    rmSync(path.join(project(editor.home), 'new.jsonl'));
    reply(editor.home, 'later', [0]);
    await editor.runCommand('Agent Token Meter: Look for New Transcripts Now');
    await editor.runCommand('Agent Token Meter: Restore Store from Backup…');
    await editor.nameFile(backup);
    await editor.page.locator('.monaco-dialog-box').waitFor({ timeout: 60_000 });
    await editor.shot('store-restore');
    await confirm('Restore');
    const told = await says('The backup is the store now.');
    const keptAs = /kept as (.+\.replaced-\S+Z)\./.exec(told)?.[1] ?? '';
    await editor.runCommand('Agent Token Meter: Check Store');
    await says('The store is sound: 4 requests');
    assert.ok(existsSync(keptAs), `${told}: ${readdirSync(path.dirname(keptAs))}`);
  });

  it('leaves the store as it is where a file is none', async () => {
    const text = path.join(path.dirname(backup), 'text.db');
    writeFileSync(text, 'lorem ipsum '.repeat(500));
    await editor.runCommand('Agent Token Meter: Restore Store from Backup…');
    await editor.nameFile(text);
    await confirm('Restore');
    await says(/That was not possible: .*text\.db cannot be read: .* The store is as it was\./);
    await editor.runCommand('Agent Token Meter: Check Store');
    await says('The store is sound: 4 requests');
  });
});
