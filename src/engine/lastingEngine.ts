import type { Engine, EngineApi, EngineTrouble, IndexProgress } from './engineApi.ts';
import type { EngineSettings } from './engineSettings.ts';
import { listeners } from './listeners.ts';
import { passOn } from './questions.ts';

/** An engine that may end without being asked to: its process, thread or connection. */
export interface Backing {
  engine: Engine;
  /** Resolves when it cannot answer any more. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/** Waits between two tries to get an engine. */
const RETRY_MS = 100;
/** A question is asked anew after a hand-over, but not for ever. */
const MAX_ASKS = 5;

/**
 * One engine over a row of others: when the present one ends, the next is opened, open questions are asked anew, and listeners stay.
 * Rejects when the first cannot be opened; from then on it is tried until it works.
 *
 * @param open gets the newest settings
 */
export async function lastingEngine(
  open: (settings: EngineSettings | undefined) => Promise<Backing>,
  firstSettings?: EngineSettings,
): Promise<Engine> {
  const changed = listeners<void>();
  const progressed = listeners<IndexProgress>();
  const troubled = listeners<EngineTrouble>();
  const troubles = new Map<string, EngineTrouble>();
  const ended = new WeakSet<Backing>();
  let settings = firstSettings;
  let disposed = false;
  let backing: Promise<Backing>;

  const openNext = async (): Promise<Backing> => {
    const opened = await open(settings);
    opened.engine.onChanged(() => changed.tell());
    opened.engine.onProgress((progress) => progressed.tell(progress));
    opened.engine.onTrouble((trouble) => {
      // The next engine finds the same troubles again.
      if (troubles.has(trouble.message)) return;
      troubles.set(trouble.message, trouble);
      troubled.tell(trouble);
    });
    void opened.ended.then(() => {
      ended.add(opened);
      if (disposed) return;
      // Questions from now on wait for the next one.
      backing = opened
        .close()
        .catch(() => undefined)
        .then(openUntilItWorks);
      backing.then(
        () => changed.tell(),
        () => undefined,
      );
    });
    return opened;
  };

  const openUntilItWorks = async (): Promise<Backing> => {
    for (;;) {
      if (disposed) throw new Error('the engine has ended');
      try {
        return await openNext();
      } catch {
        await pause(RETRY_MS);
      }
    }
  };

  const ask = async (question: keyof EngineApi, request: unknown): Promise<unknown> => {
    for (let asked = 1; ; asked++) {
      const asking = await backing;
      try {
        return await (asking.engine[question] as (request: unknown) => Promise<unknown>)(request);
      } catch (error) {
        // A connection that closes fails its questions just before it says so.
        await pause(RETRY_MS);
        if (disposed || asked >= MAX_ASKS || !ended.has(asking)) throw error;
      }
    }
  };
  const questions = passOn(ask);

  backing = openNext();
  await backing;

  return {
    ...questions,
    configure(next) {
      settings = next;
      return questions.configure(next);
    },
    onChanged: changed.add,
    onProgress: progressed.add,
    onTrouble: (listener) => troubled.add(listener, troubles.values()),
    async dispose() {
      if (disposed) return;
      disposed = true;
      await backing.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
