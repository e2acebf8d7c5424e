import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../store/store.ts';
import { told } from '../views/text.ts';
import type { EngineTrouble } from './engineApi.ts';
import { troubleOf } from './trouble.ts';

/** How far requests are priced anew. */
export interface RepricingProgress {
  done: number;
  total: number;
}

export interface RepricingOptions {
  store: Pick<Store, 'repriceDue' | 'repriceSome'>;
  /** Figures in the store changed. */
  onStored(): void;
  onTrouble(trouble: EngineTrouble): void;
}

/** Carries changed prices to the requests that are stored, beside everything else. */
export interface Repricing {
  /** Looks whether prices have changed. What the end of a process interrupted goes on as well. */
  start(): void;
  /** While it is under way. */
  progress(): RepricingProgress | undefined;
  /** Stops after the current batch; what is done stays. */
  stop(): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** Requests of one transaction: about a twentieth of a second. */
const BATCH = 1000;

export function createRepricing({ store, onStored, onTrouble }: RepricingOptions): Repricing {
  let running: Promise<void> | undefined;
  let progress: RepricingProgress | undefined;
  let isStopped = false;

  const run = async (): Promise<void> => {
    let done = 0;
    while (!isStopped) {
      // Prices may change meanwhile, which makes more requests due.
      const looked = store.repriceSome(BATCH);
      if (looked === 0) return;
      done += looked;
      progress ??= { done: 0, total: done + store.repriceDue() };
      progress = { done, total: Math.max(done, progress.total) };
      onStored();
      await nextTurn();
    }
  };

  return {
    start() {
      if (isStopped || running) return;
      running = run()
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          const text = told(
            'Changed prices cannot be carried to what is stored: {0}. It goes on where it was with the next look for transcripts.',
            reason,
          );
          onTrouble(troubleOf('error', text));
        })
        .finally(() => {
          const wasBusy = progress !== undefined;
          running = undefined;
          progress = undefined;
          if (wasBusy && !isStopped) onStored();
        });
    },
    progress: () => progress,
    stop() {
      isStopped = true;
    },
    async settled() {
      while (running) await running;
    },
  };
}
