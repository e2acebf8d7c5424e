import type { Agent } from '../agents/agent.ts';
import type { Store } from '../store/store.ts';
import type { LookupPlace } from '../transcripts/root.ts';
import { type AccountPlaces, accountRules } from '../views/accountOf.ts';
import { type LimitSettings, parseLimitSettings } from '../views/limitSettings.ts';
import { told } from '../views/text.ts';
import type { EngineTrouble } from './engineApi.ts';
import { type EngineSettings, NO_SETTINGS } from './engineSettings.ts';
import type { AgentRoots } from './findChanges.ts';
import { troubleOf } from './trouble.ts';

/** The settings, and what of them stands in the store. Applied from the start. */
export interface SettingsInForce {
  current(): EngineSettings;
  /** @returns whether they are others than before */
  change(next: EngineSettings): boolean;
  /** The agents to read, and where they were looked up the last time. */
  agents(): readonly AgentRoots[];
  limits(): LimitSettings;
  places(): AccountPlaces;
  /** Looks agents up again, and carries to the store whose requests are: what cannot be carried is tried again with the next call. */
  apply(): void;
}

export function settingsInForce(
  first: EngineSettings | undefined,
  allAgents: readonly Agent[],
  place: Omit<LookupPlace, 'configured'>,
  store: Pick<Store, 'useAccounts'>,
  onTrouble: (trouble: EngineTrouble) => void,
): SettingsInForce {
  let settings = first ?? NO_SETTINGS;

  const rootsOf = (): AgentRoots[] =>
    allAgents
      .filter((agent) => !settings.disabledAgents.includes(agent.id))
      .map((agent) => ({ agent, roots: agent.roots({ ...place, configured: settings.paths[agent.id] }) }));
  let agents: readonly AgentRoots[] = [];

  const limits = (): LimitSettings =>
    parseLimitSettings(settings.limits ?? { weeklyBudgetTokens: settings.weeklyBudgetTokens });
  const places = (): AccountPlaces => ({
    home: place.home,
    usualFolders: agents.flatMap(({ agent, roots }) =>
      roots.filter((root) => root.account === undefined).map((root) => ({ agent: agent.id, path: root.path })),
    ),
  });

  const inForce: SettingsInForce = {
    current: () => settings,
    change(next) {
      if (JSON.stringify(next) === JSON.stringify(settings)) return false;
      settings = next;
      return true;
    },
    agents: () => agents,
    limits,
    places,
    apply() {
      // Some agents keep their transcripts in each project: a new project is a new folder to look into.
      agents = rootsOf();
      try {
        store.useAccounts(accountRules(limits(), places()));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const text = told(
          'Changed accounts cannot be carried to what is stored: {0}. It is tried again with the next look for transcripts.',
          reason,
        );
        onTrouble(troubleOf('error', text));
      }
    },
  };
  inForce.apply();
  return inForce;
}
