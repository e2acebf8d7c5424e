import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Editor } from './editor.ts';

/** A title and figures that are wider than a hover. */
export function giveLongTitle(home: string, title: string): void {
  const root = path.join(home, '.claude', 'projects');
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'));
  for (const file of files) {
    const sessionId = path.basename(file, '.jsonl');
    const row = { type: 'custom-title', customTitle: title, sessionId };
    if (/^[\da-f-]{36}$/.test(sessionId)) fs.appendFileSync(path.join(root, file), `${JSON.stringify(row)}\n`);
  }
}

/** The hover is laid out again when its text is rendered: then it must still stand over its item. */
export async function assertStandsOver(editor: Editor, item: RegExp, hover: Locator): Promise<void> {
  await hover.locator('.code-hover-contents img').evaluate((img: HTMLImageElement) => img.decode());
  const [hovered, over] = [await hover.boundingBox(), await editor.statusItem(item).boundingBox()];
  assert.ok(hovered && over);
  const middle = over.x + over.width / 2;
  assert.ok(hovered.x < middle && middle < hovered.x + hovered.width, JSON.stringify({ hovered, over }));
}
