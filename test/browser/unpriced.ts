import type { FrameLocator } from 'playwright-core';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import type { EditorFolders } from './editor.ts';

export const HOSTILE = '<img src=x onerror=alert(1)>';
/** What a request below costs at 10 a million for input, 20 for output and 1 for what is cached: in cents, so that the page shows all of it. */
export const COST = (100_000 * 10 + 400_000 * 1 + 30_000 * 20) / 1e6;

/** Requests of 100,000 input, 400,000 cached and 30,000 output tokens to models that no list knows. */
export function requestsWithoutPrice({ home }: EditorFolders): void {
  const session = claudeWriter(home, '/home/dev/shop');
  session.prompt();
  for (const [index, model] of ['house-model', HOSTILE, '=cmd()', 'house-model'].entries())
    session.answer(String(index), model, { input: 100_000, cacheRead: 400_000, output: 30_000 });
}

export async function setPrice(page: FrameLocator, rates: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(rates)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.locator('vscode-button', { hasText: 'Save Price' }).click();
}
