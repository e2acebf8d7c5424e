import * as vscode from 'vscode';
import type { AlertsRequest } from '../engine/engineApi.ts';
import type { EngineSettings } from '../engine/engineSettings.ts';
import type { WeekStart } from '../queries/calendar.ts';
import { COSTS_SHOWN, type CostShown } from '../views/costShown.ts';
import { parseLimitSettings, type RawLimitSettings } from '../views/limitSettings.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../views/tone.ts';
import { parseHeaders } from './otlpHeaders.ts';
import { nameKey, SECRETS } from './secrets.ts';

/** The section of every setting of this extension. */
export const SECTION = 'agentTokenMeter';

/**
 * What the engine needs of the settings. Values of a wrong type count as not set. Secrets are read where they are needed.
 *
 * @param onUnreadable told what is paused, as the key ring does not give what it needs
 */
export async function engineSettings(
  secrets: vscode.SecretStorage,
  onUnreadable: (what: 'team' | 'otlp', error: unknown) => void,
): Promise<EngineSettings> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  // One setting per agent, read as one object: this thread needs to know no agent.
  const paths = Object.entries(settings.get<Record<string, unknown>>('paths', {}));
  const paused: ('team' | 'otlp')[] = [];
  const unlessUnreadable = async <Found>(what: 'team' | 'otlp', found: Promise<Found>): Promise<Found | undefined> => {
    try {
      return await found;
    } catch (error) {
      paused.push(what);
      onUnreadable(what, error);
      return undefined;
    }
  };
  return {
    paths: Object.fromEntries(paths.map(([id, folders]) => [id, strings(folders)])),
    weeklyBudgetTokens: positive(settings.get('weeklyBudgetTokens')),
    weeklyBudgetUsd: positive(settings.get('weeklyBudgetUsd')),
    cost: costShown(),
    openRouterPrices: settings.get('prices.openRouter') !== false,
    disabledAgents: strings(settings.get('disabledAgents')),
    limits: rawLimitSettings(),
    team: await unlessUnreadable('team', teamSettings(settings, secrets)),
    otlp: await unlessUnreadable('otlp', otlpSettings(settings, secrets)),
    paused,
  };
}

/** The endpoint of an unusable address counts as not set. Rejects when the key ring cannot be used. */
async function otlpSettings(
  settings: vscode.WorkspaceConfiguration,
  secrets: vscode.SecretStorage,
): Promise<EngineSettings['otlp']> {
  const endpoint = text(settings.get('otlp.endpoint'));
  if (settings.get('otlp.enabled') !== true || !/^https?:/.test(endpoint) || !URL.canParse(endpoint)) return undefined;
  const seconds = positive(settings.get('otlp.intervalSeconds')) ?? DEFAULT_INTERVAL_S;
  return {
    endpoint,
    headers: parseHeaders((await secrets.get(SECRETS.otlpHeaders)) ?? ''),
    intervalMs: Math.min(Math.max(seconds, 5), 86_400) * 1000,
    version: String(vscode.extensions.getExtension('agent-token-meter.agent-token-meter')?.packageJSON.version ?? ''),
  };
}

const DEFAULT_INTERVAL_S = 60;

/** Rejects when the key ring cannot be used. */
async function teamSettings(
  settings: vscode.WorkspaceConfiguration,
  secrets: vscode.SecretStorage,
): Promise<EngineSettings['team']> {
  if (settings.get('team.enabled') !== true) return undefined;
  const url = await secrets.get(SECRETS.teamUrl);
  if (!url) return undefined;
  const hashNames = settings.get('team.hashNames') === true;
  const workspaces = settings.get('team.workspaces');
  return {
    url,
    account: text(settings.get('team.account')),
    userName: text(settings.get('team.userName')),
    workspaces: workspaces === 'path' || workspaces === 'none' ? workspaces : 'folder',
    items: settings.get('team.items') === true,
    hashNames,
    nameKey: hashNames ? await nameKey(secrets) : '',
  };
}

/** Accounts, limits and resets as they stand in the settings: whoever reads them says what is wrong with them. */
export function rawLimitSettings(): RawLimitSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const raw: RawLimitSettings = {
    accounts: settings.get('accounts'),
    usageReset: settings.get('usageReset'),
    weeklyBudgetTokens: settings.get('weeklyBudgetTokens'),
    weeklyBudgetUsd: settings.get('weeklyBudgetUsd'),
    subscriptionCost: settings.get('subscriptionCost'),
  };
  // The editor's own objects cannot be sent to another thread.
  return JSON.parse(JSON.stringify(raw));
}

/** Writes some of them into the user's settings; `undefined` takes one away. Rejects when the settings cannot be written. */
export async function writeLimitSettings(next: RawLimitSettings): Promise<void> {
  for (const [name, value] of Object.entries(next))
    await vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}

/** Whether and about what the user is alerted. */
export function alertSettings(): Pick<AlertsRequest, 'from' | 'forecast' | 'contextWindow'> & { enabled: boolean } {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const from = settings.get('alerts.from');
  return {
    enabled: settings.get('alerts.enabled') !== false,
    from: from === 'warning' || from === 'critical' ? from : 'notice',
    forecast: settings.get('alerts.forecast') !== false,
    contextWindow: settings.get('alerts.contextWindow') !== false,
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

/** Whether and how costs are shown. */
export function costShown(): CostShown {
  const wanted = vscode.workspace.getConfiguration(SECTION).get<unknown>('cost');
  return COSTS_SHOWN.find((each) => each === wanted) ?? 'list';
}
/** When weeks begin. */
export const weekStart = (): WeekStart => parseLimitSettings({ usageReset: rawLimitSettings().usageReset }).reset;

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

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
