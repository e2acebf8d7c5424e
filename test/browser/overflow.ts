import type { FrameLocator } from 'playwright-core';

/** How many pixels a page is wider than its place, once that is as narrow as the window makes it. */
export async function overflow(page: FrameLocator, windowWidth: number): Promise<number> {
  const root = page.locator('html');
  await root.evaluate(
    (html, most) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (html.clientWidth > most) return;
          html.ownerDocument.defaultView?.removeEventListener('resize', look);
          resolve();
        };
        html.ownerDocument.defaultView?.addEventListener('resize', look);
        look();
      }),
    windowWidth,
  );
  return root.evaluate((html) => html.scrollWidth - html.clientWidth);
}
