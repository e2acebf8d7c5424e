import { fitToKinds, ownerSums } from '../ledger/ownerSums.ts';
import { replay } from '../ledger/replay.ts';
import type { Reader } from '../store/reader.ts';
import { countedRequests, type ItemUse, itemsOf, storedCosts, storedLogs, storedRequests } from './countedRequests.ts';
import { usageByKind } from './usageByKind.ts';
import { filterParams, OF_LISTED, OF_SESSION, type UsageWindow } from './usageWindow.ts';

/**
 * What each file, program, host, MCP tool and subagent was sent and made to generate in a window, most first; `inWindow` is 0. Sums by kind
 * equal `usageByKind`.
 *
 * @param kind only this one
 */
export function itemHistory(reader: Reader, window: UsageWindow, kind?: string): ItemUse[] {
  const params = {
    ...filterParams(window),
    ':sinceMs': window.sinceMs ?? -8.64e15,
    ':untilMs': window.untilMs ?? 8.64e15,
  };
  const sums = ownerSums();
  const requests = storedRequests(
    reader,
    `l.at_ms >= :sinceMs AND l.at_ms < :untilMs AND ${OF_SESSION} AND ${OF_LISTED}`,
    params,
  );
  const sessions = JSON.stringify([...new Set(requests.map((request) => request.session))]);
  const logs = storedLogs(reader, 'h.session_id IN (SELECT value FROM json_each(:sessions))', {
    ':sessions': sessions,
  });
  for (const [key, counted] of countedRequests(requests, storedCosts(reader), sums))
    replay(logs.get(key)?.parts ?? [], counted, sums);
  fitToKinds(sums, usageByKind(reader, window));
  const items = itemsOf(sums);
  return kind === undefined ? items : items.filter((item) => item.kind === kind);
}
