import { TEAM, TEAM_ITEMS } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import { createTeamSender, type TeamSender } from '../team/teamSender.ts';
import type { OtlpSender } from '../telemetry/otlpSender.ts';
import { type Told, told } from '../views/text.ts';
import type { EngineSettings } from './engineSettings.ts';

/** What tells others of the store's figures, as far as the user wishes. */
export interface Sharing {
  /** The wishes of now. */
  use(settings: EngineSettings): Promise<void>;
  /** Figures in the store changed. */
  kick(): void;
  stop(): Promise<void>;
}

export interface SharingOptions {
  store: Store;
  /** Whether the store is a file of this engine's own: otherwise another engine tells the same figures. */
  isOwner: boolean;
  onTrouble(text: Told): void;
}

/** Two receivers that know nothing of each other: the team's store, and a collector of metrics. */
export function createSharing({ store, isOwner, onTrouble }: SharingOptions): Sharing {
  let team: TeamSender | undefined;
  let otlp: OtlpSender | undefined;
  const used = { team: '', otlp: '' };
  /** One change of wishes after the other. */
  let changing: Promise<void> = Promise.resolve();
  let stopped = false;

  const isNew = (name: keyof typeof used, wished: unknown): boolean => {
    const text = JSON.stringify(wished ?? null);
    if (text === used[name]) return false;
    used[name] = text;
    return true;
  };

  const change = async (settings: EngineSettings): Promise<void> => {
    if (stopped) return;
    const paused = (name: 'team' | 'otlp'): boolean => settings.paused?.includes(name) === true;
    if (isNew('team', [settings.team, paused('team')])) {
      await team?.stop();
      team = settings.team && createTeamSender({ source: store, settings: settings.team, onTrouble });
      for (const name of [TEAM, TEAM_ITEMS]) store.deliveries.use(name, settings.team !== undefined || paused('team'));
    }
    if (isNew('otlp', [settings.otlp, paused('otlp')])) {
      await otlp?.stop();
      otlp = undefined;
      // The SDK is loaded where it is wanted.
      const { createOtlpSender, endExport } =
        settings.otlp || store.deliveries.has('otlp') ? await import('../telemetry/otlpSender.ts') : {};
      if (settings.otlp) otlp = createOtlpSender?.({ source: store, settings: settings.otlp, onTrouble });
      else if (!paused('otlp')) endExport?.(store);
    }
  };

  return {
    use(settings) {
      if (!isOwner) return Promise.resolve();
      changing = changing
        .then(() => change(settings))
        .catch((error: unknown) => onTrouble(told('Others cannot be told what is used ({0}).', String(error))));
      return changing;
    },
    kick: () => team?.kick(),
    async stop() {
      stopped = true;
      await changing;
      await Promise.all([team?.stop(), otlp?.stop()]);
    },
  };
}
