import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';

/** How many pixels a page is wider than its place, once that is as narrow as the window makes it. */
export async function overflow(page: FrameLocator, windowWidth: number): Promise<number> {
  const root = page.locator('html');
  const frame = await (await root.elementHandle())?.ownerFrame();
  assert.ok(frame);
  await frame.waitForFunction((most) => document.documentElement.clientWidth <= most, windowWidth);
  return root.evaluate((html) => html.scrollWidth - html.clientWidth);
}
