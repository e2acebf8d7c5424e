import type { CopilotEvent } from './copilotCliEvents.ts';
import type { Push, TellingState } from './copilotCliReadings.ts';
import { MAIN_THREAD } from './event.ts';
import { fields, finite, plainName, timeMs } from './fields.ts';
import { wholeTokens } from './tokenCount.ts';

/** Quotas are by the month; how long one is is not said. */
const MONTH_MINUTES = 30 * 24 * 60;

/** How much a prompt may hold: stated at compactions, with each call, and with the model. */
export function tellWindow({ data, thread, atMs, type }: CopilotEvent, state: TellingState, push: Push): void {
  if (type.startsWith('model.')) return;
  const tokens = wholeTokens(data.tokenLimit) ?? wholeTokens(fields(data.usage)?.maxPromptTokens);
  if (!tokens || state.windows.get(thread) === tokens) return;
  state.windows.set(thread, tokens);
  push(thread, { type: 'window', tokens, atMs, source: 'reported' });
}

/** Quotas that are stated with a call. */
export function tellLimits({ data, atMs }: CopilotEvent, state: TellingState, push: Push): void {
  const quotas = fields(data.quotaSnapshots) ?? fields(fields(data.usage)?.quotaSnapshots);
  for (const [limitId, value] of Object.entries(quotas ?? {})) {
    const quota = fields(value);
    const entitlement = finite(quota?.entitlementRequests);
    if (!quota || quota.isUnlimitedEntitlement === true || !entitlement || entitlement < 0) continue;
    const left = finite(quota.remainingPercentage);
    const used = finite(quota.usedRequests);
    const usedPercent = left !== undefined ? 100 - left : used === undefined ? undefined : (100 * used) / entitlement;
    if (usedPercent === undefined || usedPercent < 0) continue;
    const resetsAtMs = timeMs(quota.resetDate);
    const { account } = state.session;
    push(MAIN_THREAD, {
      type: 'limit',
      limitId: plainName(limitId),
      windowMinutes: MONTH_MINUTES,
      usedPercent,
      atMs,
      ...(resetsAtMs === undefined ? {} : { resetsAtMs }),
      ...(account === undefined ? {} : { account }),
    });
  }
}
