import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readStore } from '../../faults/windows.ts';
import { replyRecord, type TranscriptHome, transcriptHome } from './transcriptHome.ts';
import { type WindowOptions, WindowProcess } from './windowProcess.ts';

const SESSIONS = 60;
const REPLIES = 800;
const TOKENS = 10 + 50 + 100 + 1000;
/** Every session begins with what the one before it ended with, as a fork does. */
const COPIES = 100;

const truth = { turns: SESSIONS * REPLIES, tokens: SESSIONS * REPLIES * TOKENS };

describe('the end of a leader in the middle of a first read', function () {
  this.timeout(120_000);
  let home: TranscriptHome;
  let windows: WindowProcess[];
  const openWindow = (options: Partial<WindowOptions> = {}): WindowProcess => {
    const window = new WindowProcess({ home: home.folder, storageDir: home.storageDir, version: '1.9.0', ...options });
    windows.push(window);
    return window;
  };
  beforeEach(() => {
    windows = [];
    home = transcriptHome();
    for (let session = 0; session < SESSIONS; session++) {
      const records: string[] = [];
      for (let reply = -COPIES; reply < REPLIES; reply++)
        if (session > 0 || reply >= 0) records.push(replyRecord(`s${session}`, `r${session * REPLIES + reply}`));
      writeFileSync(home.file(`s${session}`), `${records.join('\n')}\n`);
    }
  });
  afterEach(async () => {
    for (const window of windows) await window.kill();
    home.remove();
  });

  /** Each ends the lead of a window, to which others have open questions. */
  const ENDS: Record<string, (leader: WindowProcess, newer: WindowProcess) => Promise<void>> = {
    'a newer version takes over': (_, newer) => newer.start(),
    'its window closes': (leader) => leader.end(),
    'it is killed': (leader) => leader.kill(),
  };
  for (const [what, end] of Object.entries(ENDS))
    it(`${what}: every question is answered, and the next one reads on to the whole truth`, async () => {
      const newer = openWindow({ version: '1.10.0', waits: true });
      const follower = openWindow({ waits: true });
      await newer.until(({ waits }) => waits === true);
      await follower.until(({ waits }) => waits === true);
      const leader = openWindow();
      await leader.until(({ role }) => role === 'leader');
      await follower.start();
      await follower.until(({ role }) => role === 'follower');
      const asked = follower.ask();
      const { turns = 0 } = await leader.until((told) => (told.turns ?? 0) > 0);
      assert.ok(turns < truth.turns, `${turns} turns are the whole truth: it was not in the middle`);
      await end(leader, newer);
      assert.deepEqual(countedBy(await asked), truth);
      const left = windows.filter((window) => !window.hasEnded && window.roles.length > 0);
      for (const window of left) assert.deepEqual(countedBy(await window.ask()), truth);
      const next = windows.find((window) => window !== leader && window.roles.includes('leader'));
      assert.equal(next, what.startsWith('a newer') ? newer : follower);
      assert.deepEqual(
        windows.flatMap((window) => window.told.filter(({ trouble, failed }) => trouble ?? failed)),
        [],
      );
      for (const window of windows) await window.end();
      const stored = await readStore(path.join(home.storageDir, 'usage.db'));
      assert.deepEqual(stored, { counted: truth, integrity: 'ok' });
    });
});

const countedBy = ({ turns, tokens }: { turns?: number; tokens?: number }): unknown => ({ turns, tokens });
