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
export interface UsageRequest {
  /** Default: `week`. */
  window?: 'day' | 'week' | 'month' | 'all';
  /** ISO 8601; these win over the edges of the window. */
  since?: string;
  until?: string;
  /** Ids of agents: `claude-code`, `codex` ... */
  agent?: string[];
  /** A folder: sessions in it or below it. Empty = sessions without one. */
  workspace?: string;
  /** `main`, or the type of a subagent. */
  subagent?: string;
  provider?: string;
  model?: string;
  /** The agent's own id of a session, or `<agent>:<id>`. */
  session?: string;
  account?: string;
  user?: string;
  /** Sessions in which this kind of tool owned tokens; with `item` those that carried this item of it. */
  used?: string;
  item?: string;
  /** IANA time zone in which days begin; that of this machine without it. */
  tz?: string;
}
