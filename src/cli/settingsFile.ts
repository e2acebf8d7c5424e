import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COSTS_SHOWN, type CostShown } from '../views/costShown.ts';
import { parseLimitSettings, type RawLimitSettings } from '../views/limitSettings.ts';
import { BadArgument, type Options } from './arguments.ts';

/** Limits and resets: those of a file, and what the arguments say over them. */
export function limitSettingsOf({ settings, reset, budget }: Options): RawLimitSettings {
  const raw: Record<string, unknown> = settings === undefined ? {} : settingsIn(settings);
  const limits: RawLimitSettings = {};
  for (const name of ['accounts', 'usageReset', 'weeklyBudgetTokens', 'weeklyBudgetUsd', 'subscriptionCost'] as const)
    limits[name] = raw[`agentTokenMeter.${name}`] ?? raw[name];
  if (budget !== undefined) limits.weeklyBudgetTokens = budget.trim() === '' ? budget : Number(budget);
  if (reset !== undefined) {
    const [day, time, zone, ...more] = reset.split(',');
    limits.usageReset = { day, time, zone };
    if (more.length > 0 || zone === undefined)
      throw new BadArgument(`--reset is like monday,09:00,Europe/Berlin, not "${reset}"`);
  }
  const [problem] = parseLimitSettings({ weeklyBudgetTokens: limits.weeklyBudgetTokens }).problems;
  if (budget !== undefined && problem) throw new BadArgument(`--budget is a number of tokens above 0, not "${budget}"`);
  const { problems } = parseLimitSettings({ usageReset: limits.usageReset });
  if (reset !== undefined && problems[0]) throw new BadArgument(`--reset "${reset}": ${problems[0].message}`);
  return limits;
}

/** How the tables of the command line show costs; JSON has all figures. */
export function costOf({ settings }: Options): CostShown {
  const raw = settings === undefined ? {} : settingsIn(settings);
  const wanted = raw['agentTokenMeter.cost'] ?? raw.cost ?? 'list';
  const known = COSTS_SHOWN.find((each) => each === wanted);
  if (!known) throw new BadArgument(`cost is one of ${COSTS_SHOWN.join(', ')}, not ${JSON.stringify(wanted)}`);
  return known;
}

/** The object in a file of settings. */
function settingsIn(file: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path.resolve(file), 'utf8'));
  } catch (error) {
    throw new BadArgument(`--settings ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw new BadArgument(`--settings ${file} holds no JSON object`);
  return found as Record<string, unknown>;
}
