// How long a reply takes from the transcript to the meter, in a real VS Code with the packaged extension:
//   npm run bench:live [appends]

import { openEditor } from '../browser/editor.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';

const appends = Number(process.argv[2] ?? 50);
const editor = await openEditor({ fixtureHome: '', prepare: ({ home }) => void placeSample(home) });
try {
  const session = claudeWriter(editor.home, editor.workspace);
  session.prompt();
  session.reply(10_000 - 100);
  await editor.statusItem(/5% · 10k/).waitFor({ timeout: 60_000 });

  const waits: number[] = [];
  for (let n = 1; n <= appends; n++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700));
    const text = `${10 + n}k`;
    // The window's own clock is this machine's: the time at which the text is there is taken where it appears.
    const shown = editor.page
      .waitForFunction(
        (expected) => document.querySelector('.statusbar')?.textContent?.includes(expected) && Date.now(),
        `· ${text}`,
        { polling: 'raf' },
      )
      .then((handle) => handle.jsonValue());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const writtenAt = Date.now();
    session.reply((10 + n) * 1000 - 100);
    waits.push(Number(await shown) - writtenAt);
  }
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  console.log(`append → meter, ${appends} appends: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`);
} finally {
  await editor.close();
}
