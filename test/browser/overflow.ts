import { setTimeout as pause } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';

/** How many pixels a page is wider than its place, once that is as narrow as the window makes it. */
export async function overflow(page: FrameLocator, windowWidth: number): Promise<number> {
  const root = page.locator('html');
  while ((await root.evaluate((html) => html.clientWidth)) > windowWidth) await pause(50);
  return root.evaluate((html) => html.scrollWidth - html.clientWidth);
}
