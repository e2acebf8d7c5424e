import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { FrameLocator } from 'playwright-core';
import type { Editor } from './editor.ts';

/** What axe finds in a page, the visible one without `page`: rule and element. */
export async function violations(editor: Editor, page: FrameLocator = editor.webviewFrame()): Promise<string[]> {
  const handle = await page.locator('main').elementHandle();
  const frame = await handle?.ownerFrame();
  assert.ok(frame);
  await frame.evaluate(axe.source);
  const results = await frame.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return results.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}
