import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Agent } from '../agents/agent.ts';
import { AGENTS_WITHOUT_TOKENS } from '../agents/withoutTokens.ts';
import type { ForeignDatabases } from '../store/foreignDatabase.ts';
import type { Store } from '../store/store.ts';
import type { LookupPlace } from '../transcripts/root.ts';
import { watchFolders } from '../transcripts/watchFolders.ts';
import type { ItemReport } from '../views/itemReport.ts';
import type { Told } from '../views/text.ts';
import { agentLookups } from './agentLookups.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { coalesce } from './coalesce.ts';
import type { EngineAnswers } from './engineAnswers.ts';
import type { Engine, EngineApi, EngineTrouble, IndexProgress, UsageRequest } from './engineApi.ts';
import type { EngineServer, EngineSettings } from './engineSettings.ts';
import { createIngest } from './ingest.ts';
import { inAskersLanguage } from './languages.ts';
import { listeners } from './listeners.ts';
import { openEngineStore } from './openEngineStore.ts';
import { passOn } from './questions.ts';
import { createRepricing } from './repricing.ts';
import { settingsInForce } from './settingsInForce.ts';
import { createSharing } from './sharing.ts';
import { compactIfLoose } from './storeCare.ts';
import { keepSweeping } from './sweepClock.ts';
import type { ParallelOptions } from './sweepInParallel.ts';
import type { SweepTiming } from './sweepWork.ts';
import { troubleOf } from './trouble.ts';

export interface LocalEngineOptions {
  agents: readonly Agent[];
  /** Where agents are looked up; `configured` comes from the settings. */
  place: Omit<LookupPlace, 'configured'>;
  /** The store's file; in memory without one. The caller owns it alone. */
  storePath?: string;
  /** Why there is no file, where the user expects one: told as an error. */
  storeless?: Told;
  settings?: EngineSettings;
  /** Whose transcripts these are. Default: the name of the home folder. */
  user?: string;
  /** Watch the folders and sweep regularly. Without it only `sweep()` reads. */
  watch?: boolean;
  /** The store turned out to be damaged: an engine that is opened anew sets it aside. */
  onDamage?: () => void;
  /** Another store was put in the place of this one: an engine that is opened anew has it. */
  onReplaced?: () => void;
  /** Answers other programs, where the settings say so. Only an engine that owns its store has one: there is one per machine. */
  serve?: ServeEngine;
  /** How several threads read a first time. */
  parallel?: ParallelOptions;
  /** Something is to be read: called before what reads is loaded. */
  onReading?: () => void;
}

/** Makes the server of an engine; troubles are told as the engine's own. */
export type ServeEngine = (engine: Engine, tell: (trouble: EngineTrouble) => void) => EngineServer;

/** The engine in this very thread. */
export interface LocalEngine extends Engine {
  /** Why the store's file is not used; `undefined` when it is. */
  storeTrouble(): string | undefined;
  /** Times of the last sweep; `undefined` before the first one has ended. */
  timing(): SweepTiming | undefined;
  /** What each file, program, host, MCP tool and subagent was sent and made to generate in a window, most first. */
  items(request: UsageRequest & { kind?: string }): Promise<ItemReport[]>;
}

const TELL_EVERY_MS = 250;
/** A new folder leads to a sweep at once, but to no more than this many per second. */
const HINTED_SWEEP_EVERY_MS = 250;

/**
 * Opens the store and brings it up to date: at once and from then on with `watch`, else on `sweep()`.
 * Rejects only when the installation is incomplete; troubles with files are told through `onTrouble`.
 */
export async function createLocalEngine(options: LocalEngineOptions): Promise<LocalEngine> {
  const { place } = options;
  const changed = listeners<void>();
  const progressed = listeners<IndexProgress>();
  const troubled = listeners<EngineTrouble>();
  const troubles: EngineTrouble[] = [];
  let timing: SweepTiming | undefined;
  let disposed = false;

  const tellTrouble = (trouble: EngineTrouble): void => {
    troubles.push(trouble);
    troubled.tell(trouble);
  };

  const opened = await openEngineStore({
    storePath: options.storePath,
    storeless: options.storeless,
    onDamage: options.onDamage,
    onTrouble: tellTrouble,
  });
  const { store } = opened;
  const user = options.user ?? basename(place.home);

  let openDatabases: Promise<ForeignDatabases> | undefined;
  const databases = (): Promise<ForeignDatabases> => {
    openDatabases ??= import('../store/foreignDatabase.ts').then(({ foreignDatabases }) => foreignDatabases());
    return openDatabases;
  };

  const settings = settingsInForce(options.settings, options.agents, place, store, tellTrouble);

  const tellChanged = coalesce(() => changed.tell(), TELL_EVERY_MS);
  let latestProgress: IndexProgress | undefined;
  const tellProgress = coalesce(() => latestProgress && progressed.tell(latestProgress), TELL_EVERY_MS);

  const hintedSweep = coalesce(() => void sweep().catch(() => undefined), HINTED_SWEEP_EVERY_MS);
  const watcher = options.watch
    ? watchFolders([], (path) => ingest.lookAt(path) || hintedSweep(), { never: [place.home, dirname(place.home)] })
    : undefined;

  const ingest = createIngest({
    store,
    databases,
    user,
    parallel: { newestAtOnce: options.watch, ...options.parallel },
    isLasting: options.watch,
    onReading: options.onReading,
    agents: settings.agents,
    // Agents that are looked up in folders which do not exist yet are found by a later sweep.
    onFolders: (folders) => watcher?.update(folders) ?? false,
    onStored: () => {
      tellChanged();
      sharing.kick();
    },
    onProgress: (progress) => {
      latestProgress = progress;
      tellProgress();
    },
    onTrouble: tellTrouble,
  });

  let mayCompact = true;
  const repricing = createRepricing({ store, onStored: tellChanged, onTrouble: tellTrouble });
  const usePrices = (): void => {
    const { openRouterPrices } = settings.current();
    if (openRouterPrices !== undefined) store.priceGaps.use(openRouterPrices);
    if (options.watch) repricing.start();
  };
  usePrices();

  /** The open store. Throws when the engine has ended. */
  const reader = (): Store => {
    if (disposed) throw new Error('the engine has ended');
    return store;
  };

  const sweep = async (): Promise<void> => {
    reader();
    settings.apply();
    timing = await ingest.sweep();
    // The end cuts a sweep short: who waits for all that moved has to ask the next engine.
    reader();
    // A moment in which there is nothing to do.
    if (mayCompact && timing.bytesRead === 0) mayCompact = compactIfLoose(store);
    // Prices that changed while nobody was here, or what could not be stored before.
    repricing.start();
    if (!options.watch) await repricing.settled();
  };

  // Figures that are only in memory are read again, and then told, by whoever has the store.
  const sharing = createSharing({
    store,
    isOwner: options.watch === true && options.storePath !== undefined && !opened.isInMemory,
    onTrouble: (text) => tellTrouble(troubleOf('warning', text)),
  });
  void sharing.use(settings.current());

  const stopSweeping = options.watch
    ? keepSweeping(
        () => void sweep().catch(() => undefined),
        () => timing?.findMs ?? 0,
      )
    : undefined;
  if (options.watch) {
    watcher?.update(settings.agents().flatMap(({ roots }) => roots.map((root) => root.path)));
    void sweep().catch(() => undefined);
  }

  const facts = (): AnswerFacts => ({
    agentLabels: Object.fromEntries(options.agents.map((agent) => [agent.id, agent.label])),
    settings: settings.current(),
    limits: settings.limits(),
    places: settings.places(),
    user,
    lookedFor: [...new Set(settings.agents().map(({ agent }) => agent.label))],
    withoutTokens: AGENTS_WITHOUT_TOKENS.filter((agent) => agent.roots(place).some((root) => existsSync(root.path))),
    lookups: () => agentLookups(options.agents, settings.current(), place),
    storePlace: opened.place(),
    progress: ingest.progress(),
  });

  let loadedAnswers: Promise<EngineAnswers> | undefined;
  /** Loaded with the first question: what all the pages ask for is more code than a report of the command line needs. */
  const answers = (): Promise<EngineAnswers> => {
    loadedAnswers ??= import('./engineAnswers.ts').then(({ engineAnswers }) =>
      engineAnswers({
        store: reader,
        facts,
        ingest,
        repricing,
        storePath: opened.carePath,
        onChanged: tellChanged,
        onReplaced: () => options.onReplaced?.(),
      }),
    );
    return loadedAnswers;
  };

  const questions = inAskersLanguage<EngineApi>({
    ...passOn(async (question, request) => (await answers()).ask(question, request)),
    async usage(request) {
      const { answerUsage } = await import('./answerUsage.ts');
      return answerUsage(reader(), request, facts());
    },
    standing: async () => opened.standing(),
    server: async () => server?.state() ?? { state: 'off' },
    sweep,
    async configure(next) {
      if (!settings.change(next)) return;
      server?.configure(next.server);
      settings.apply();
      usePrices();
      tellChanged();
      await sharing.use(next);
      await sweep();
    },
  });

  const engine: LocalEngine = {
    ...questions,
    onChanged: changed.add,
    onProgress: progressed.add,
    // Whoever comes later hears of what happened before.
    onTrouble: (listener) => troubled.add(listener, troubles),
    storeTrouble: () => opened.trouble,
    timing: () => timing,
    async items(request) {
      const { answerItems } = await import('./answerLists.ts');
      return answerItems(reader(), request, facts());
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      stopSweeping?.();
      watcher?.dispose();
      tellChanged.cancel();
      tellProgress.cancel();
      hintedSweep.cancel();
      ingest.stop();
      repricing.stop();
      await server?.close();
      (await loadedAnswers?.catch(() => undefined))?.cancel();
      await ingest.settled();
      await repricing.settled();
      await sharing.stop();
      (await openDatabases?.catch(() => undefined))?.dispose();
      store.close();
    },
  };
  const server = options.serve?.(engine, tellTrouble);
  server?.configure(settings.current().server);
  return engine;
}
