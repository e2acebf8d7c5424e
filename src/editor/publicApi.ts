import type { UsageWords } from '../engine/usageQuestion.ts';
import type { AttributionReport, UsageReport } from '../views/usageReport.ts';

/**
 * What `vscode.extensions.getExtension('agent-token-meter.agent-token-meter')?.activate()` resolves to; `undefined` when the extension could
 * not start. Grows by addition; `version` counts breaking changes.
 */
export interface AgentTokenMeter {
  readonly version: 1;
  /** The status-bar meter's text now, with codicons: `$(pulse) 41% · 82k`. */
  readonly meterText: string;
  /** Tokens, cost and requests: the same as the command line and `GET /usage` give. Rejects with a sentence for a request that is none. */
  usage(request?: UsageRequest): Promise<UsageReport>;
  /** What consumed the tokens of a session, or of the one that was written to last; `null` when there is none. */
  attribution(request?: { session?: string }): Promise<AttributionReport | null>;
  /** Fires when stored figures changed: the first time at once, then at most four times a second. */
  onDidChangeUsage(listener: () => void): { dispose(): void };
}

/** Which requests are meant; all that is given must hold. */
export interface UsageRequest extends UsageWords {
  /** Default: `week`. */
  window?: 'day' | 'week' | 'month' | 'all';
  /** The agent's own id of a session, or `<agent>:<id>`. */
  session?: string;
}
