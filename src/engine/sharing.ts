import type { Store } from '../store/store.ts';
import { createTeamSender, type TeamSender } from '../team/teamSender.ts';
import type { Told } from '../views/text.ts';
import type { EngineSettings } from './engineApi.ts';

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

export function createSharing({ store, isOwner, onTrouble }: SharingOptions): Sharing {
  let sender: TeamSender | undefined;
  let used = '';
  /** One change of wishes after the other. */
  let changing: Promise<void> = Promise.resolve();
  let stopped = false;

  const change = async ({ team }: EngineSettings): Promise<void> => {
    const wished = JSON.stringify(team ?? null);
    if (stopped || wished === used) return;
    used = wished;
    await sender?.stop();
    sender = team && createTeamSender({ source: store, settings: team, onTrouble });
  };

  return {
    use(settings) {
      if (!isOwner) return Promise.resolve();
      changing = changing.then(() => change(settings));
      return changing;
    },
    kick: () => sender?.kick(),
    async stop() {
      stopped = true;
      await changing;
      await sender?.stop();
    },
  };
}
