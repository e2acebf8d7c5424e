import * as vscode from 'vscode';
import type { Engine, EngineSettings } from '../engine/engineApi.ts';
import { COSTS_SHOWN, type CostShown } from '../views/costShown.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../views/tone.ts';

/** The section of every setting of this extension. */
const SECTION = 'agentTokenMeter';

/** What the engine needs of the settings. Values of a wrong type count as not set. */
export function engineSettings(): EngineSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  // One setting per agent, read as one object: this thread needs to know no agent.
  const paths = Object.entries(settings.get<Record<string, unknown>>('paths', {}));
  return {
    paths: Object.fromEntries(paths.map(([id, folders]) => [id, strings(folders)])),
    weeklyBudgetTokens: positive(settings.get('weeklyBudgetTokens')),
    weeklyBudgetUsd: positive(settings.get('weeklyBudgetUsd')),
    openRouterPrices: settings.get('prices.openRouter') !== false,
    disabledAgents: strings(settings.get('disabledAgents')),
  };
}

/** How many months of history are kept; `undefined`: all. */
export function keepMonths(): number | undefined {
  const months = positive(vscode.workspace.getConfiguration(SECTION).get('keepMonths'));
  return months === undefined ? undefined : Math.max(1, Math.floor(months));
}

/** Keeps everything from now on. */
export async function keepForEver(): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update('keepMonths', undefined, vscode.ConfigurationTarget.Global);
}

/** Tells the engine when the user changes what it reads or a budget. */
export function keepSettingsLive(engine: Engine): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(SECTION)) void engine.configure(engineSettings());
  });
}

/** Whether and how costs are shown. */
export function costShown(): CostShown {
  const wanted = vscode.workspace.getConfiguration(SECTION).get<unknown>('cost');
  return COSTS_SHOWN.find((each) => each === wanted) ?? 'list';
}

/** Percentages at which the meter changes its colour; ascending, or the default ones. */
export function thresholds(): Thresholds {
  const { notice, warning, critical } = vscode.workspace
    .getConfiguration(SECTION)
    .get<Partial<Record<keyof Thresholds, unknown>>>('thresholds', {});
  const wanted = {
    notice: positive(notice) ?? DEFAULT_THRESHOLDS.notice,
    warning: positive(warning) ?? DEFAULT_THRESHOLDS.warning,
    critical: positive(critical) ?? DEFAULT_THRESHOLDS.critical,
  };
  const ascending = wanted.notice <= wanted.warning && wanted.warning <= wanted.critical;
  return ascending ? wanted : DEFAULT_THRESHOLDS;
}

function strings(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
    : [];
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
