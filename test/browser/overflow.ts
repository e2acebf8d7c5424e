import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';

/** Charts take their new size after the page, on a machine that has much to do some seconds later. */
const AT_REST_MS = 20_000;

/** How many pixels a page is wider than its place, once that is as narrow as the window makes it and the page has come to rest. */
export async function overflow(page: FrameLocator, windowWidth: number): Promise<number> {
  const root = page.locator('html');
  while ((await root.evaluate((html) => html.clientWidth)) > windowWidth) await pause(50);
  const deadline = performance.now() + AT_REST_MS;
  for (;;) {
    const pixels = await root.evaluate((html) => html.scrollWidth - html.clientWidth);
    if (pixels === 0 || performance.now() > deadline) return pixels;
    await pause(50);
  }
}
