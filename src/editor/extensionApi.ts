import type * as vscode from 'vscode';
import type { Engine, UsageRequest } from '../engine/engineApi.ts';
import type { UsageReport } from '../views/usageReport.ts';
import { presentation } from './presentation.ts';
import type { StatusBarMeter } from './statusBarMeter.ts';

/** What `activate` returns to other extensions. Grows by addition; `version` counts breaking changes. */
export interface ExtensionApi {
  readonly version: 1;
  /** The status-bar meter's text now, with codicons: `$(pulse) 41% · 82k`. */
  readonly meterText: string;
  /** The same JSON as the command line gives. Rejects when the engine cannot be reached. */
  usage(request: Pick<UsageRequest, 'window' | 'agents' | 'workspace' | 'sinceMs' | 'untilMs'>): Promise<UsageReport>;
  /** Fires when stored figures changed: the first time at once, then at most four times a second. */
  onDidChangeUsage(listener: () => void): vscode.Disposable;
}

export function extensionApi(engine: Engine, meter: StatusBarMeter): ExtensionApi {
  return {
    version: 1,
    get meterText() {
      return meter.text;
    },
    usage(request) {
      const { timeZone, nowMs } = presentation();
      return engine.usage({ ...request, timeZone, nowMs });
    },
    onDidChangeUsage: (listener) => engine.onChanged(listener),
  };
}
