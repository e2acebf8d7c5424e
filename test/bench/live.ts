import { openEditor } from '../browser/editor.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { type BenchRow, bounded, percentile } from './row.ts';

/** From the write to the text in the status bar. */
const LATENCY_MS = 250;
const MOST_PER_SECOND = 4;

/** A text of the meter with its tokens in thousands, when it was there. */
interface Shown {
  atMs: number;
  thousands: number;
}

declare global {
  interface Window {
    shown: Shown[];
  }
}

/** How long replies take from the transcript to the meter, in a real VS Code with the packaged extension. */
export async function live(appends: number, perSecond: number): Promise<BenchRow[]> {
  const editor = await openEditor({ fixtureHome: '', prepare: ({ home }) => void placeSample(home) });
  try {
    const session = claudeWriter(editor.home, editor.workspace);
    session.prompt();
    session.reply(10_000 - 100);
    await editor.statusItem(/5% · 10k/).waitFor({ timeout: 60_000 });
    // The window's own clock is this machine's: the time at which a text is there is taken where it appears.
    await editor.page.evaluate(() => {
      window.shown = [];
      const bar = document.querySelector('.statusbar');
      if (!bar) throw new Error('no status bar');
      // No named function: the loader's helper for names is not known in the page.
      new MutationObserver(() => {
        const thousands = Number(/· (\d+)k/.exec(bar.textContent ?? '')?.[1]);
        if (thousands && thousands !== window.shown.at(-1)?.thousands) {
          window.shown.push({ atMs: Date.now(), thousands });
        }
      }).observe(bar, { subtree: true, childList: true, characterData: true });
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const written: Shown[] = [];
    const beganMs = Date.now();
    for (let n = 1; n <= appends; n++) {
      await new Promise((resolve) => setTimeout(resolve, beganMs + (n * 1000) / perSecond - Date.now()));
      written.push({ atMs: Date.now(), thousands: 10 + n });
      session.reply((10 + n) * 1000 - 100);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const shown = await editor.page.evaluate(() => window.shown);
    const waits = written.map(({ atMs, thousands }) => {
      const seen = shown.find((each) => each.thousands >= thousands);
      return seen ? seen.atMs - atMs : Number.POSITIVE_INFINITY;
    });
    const of = `${appends} appends, ${perSecond} per second`;
    const spread = [0.5, 1].map((share) => `${percentile(waits, share)} ms`).join(', ');
    return [
      bounded(`live, ${of}: append to meter, p95`, percentile(waits, 0.95), LATENCY_MS, 'ms'),
      { what: `live, ${of}: median and longest`, value: spread },
      bounded(
        `live, ${of}: appends that the meter never showed`,
        waits.filter((wait) => wait === Infinity).length,
        0,
        '',
      ),
      bounded(`live, ${of}: most updates within a second`, mostWithin(shown, 1_000), MOST_PER_SECOND, ''),
    ];
  } finally {
    await editor.close();
  }
}

/** The most texts in any span of this length; what two processes need to draw may bring two closer together by a little. */
function mostWithin(shown: readonly Shown[], spanMs: number): number {
  const jitterMs = 50;
  const counts = shown.map(
    ({ atMs }) => shown.filter((other) => other.atMs >= atMs && other.atMs < atMs + spanMs - jitterMs).length,
  );
  return Math.max(0, ...counts);
}
