import * as v from 'valibot';
import type { PageMessage } from '../views/protocol.ts';

const pageMessage = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('window'), name: v.picklist(['day', 'week', 'month', 'all']) }),
  v.object({ type: v.literal('lens'), lens: v.picklist(['window', 'spent']) }),
  v.object({ type: v.literal('session'), key: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({ type: v.literal('thread'), key: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({ type: v.literal('showAttribution') }),
  v.object({ type: v.literal('showUsage') }),
  v.object({ type: v.literal('showHealth') }),
  v.object({ type: v.literal('showLog') }),
]);

/** A page's wish, or `undefined` when it is none: a page is not trusted more than a transcript. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  const parsed = v.safeParse(pageMessage, message);
  return parsed.success ? parsed.output : undefined;
}
