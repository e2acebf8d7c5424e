import { ownPrices } from '../queries/pricedModels.ts';
import { requestsByIds } from '../queries/requests.ts';
import { sessionNamed } from '../queries/sessionNamed.ts';
import type { Store } from '../store/store.ts';
import { type AlertState, parseAlertState } from '../views/alertState.ts';
import { priceReport } from '../views/priceReport.ts';
import { answerAlerts, takeAlertWish } from './answerAlerts.ts';
import { answerAttribution, answerAttributionReport } from './answerAttribution.ts';
import { answerDashboard, answerDashboardItems } from './answerDashboard.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { answerHealth, answerHealthLines, answerHealthReport } from './answerHealth.ts';
import { answerLimits, answerLimitsReport, type UsageIn } from './answerLimits.ts';
import { answerModels, answerRequests, answerSessions, requestReports } from './answerLists.ts';
import { answerLive } from './answerLive.ts';
import { answerMeter } from './answerMeter.ts';
import { answerPrices, changePrices, claimPriceList, modelPrices, takePriceList } from './answerPrices.ts';
import { answerSidebar } from './answerSidebar.ts';
import { answerTeam } from './answerTeam.ts';
import { answerTeamDashboard, answerTeamItems } from './answerTeamDashboard.ts';
import { edgesOf, filtersOf } from './answerUsage.ts';
import { costOfPicture } from './costOfPicture.ts';
import type { EngineApi } from './engineApi.ts';
import type { Ingest } from './ingest.ts';
import { pageMemory } from './pageMemory.ts';
import type { Repricing } from './repricing.ts';
import { careFor } from './storeCare.ts';
import { createTeamWatch } from './teamFigures.ts';

/** What an engine answers from. */
export interface AnswerSources {
  /** Throws when the engine has ended. */
  store(): Store;
  facts(): AnswerFacts;
  ingest: Ingest;
  repricing: Pick<Repricing, 'start' | 'progress'>;
  /** The store's file, where it may be cared for. */
  storePath: string | undefined;
  /** Figures changed. */
  onChanged(): void;
  /** Another store was put in the place of this one. */
  onReplaced(): void;
}

/** The engine's answers; all but those about the engine itself. */
export interface EngineAnswers {
  ask(question: keyof EngineApi, request: unknown): Promise<unknown>;
  /** Nothing more is done beside answers. */
  cancel(): void;
}

/** Questions that another part of the engine answers. */
type AnsweredElsewhere = 'usage' | 'standing' | 'server' | 'sweep' | 'configure';

export function engineAnswers(from: AnswerSources): EngineAnswers {
  const { store: reader, facts, ingest, repricing, storePath, onChanged, onReplaced } = from;
  const teamWatch = createTeamWatch(onChanged);
  const memory = pageMemory(reader(), () => ingest.progress() !== undefined);
  const { cube, grid } = memory;
  const alertState = (): AlertState => parseAlertState(reader().alerts.read());
  const usageIn: UsageIn = (window) => cube.usage(window).used;
  /** While history is read, a sum in SQL costs less than following all that changes. */
  const quickUsage = (): UsageIn | undefined => (ingest.progress() ? undefined : usageIn);
  const answers: Omit<EngineApi, AnsweredElsewhere> = {
    meter: async (request) => answerMeter(reader(), request, facts(), quickUsage()),
    sidebar: async (request) => answerSidebar(reader(), request, facts(), quickUsage()),
    async dashboard(request) {
      const known = facts();
      const { team } = known.settings;
      if (team && request.scope && request.scope !== 'machine')
        return answerTeamDashboard(reader(), team, request, known, alertState());
      memory.asked('usage');
      return answerDashboard(reader(), cube, request, known, team && { scope: 'machine' });
    },
    async dashboardItems(request) {
      const known = facts();
      const { team } = known.settings;
      return team && request.scope && request.scope !== 'machine'
        ? answerTeamItems(reader(), team, request, known)
        : answerDashboardItems(reader(), cube, request, known);
    },
    attribution: async (request) => answerAttribution(reader(), request, facts()),
    models: async (request) => answerModels(reader(), request, facts()),
    sessions: async (request) => answerSessions(reader(), request, facts()),
    attributionReport: async (request) => answerAttributionReport(reader(), request),
    requests: async (request) => answerRequests(reader(), request, facts()),
    live: async (request) => answerLive(reader(), request, facts()),
    sessionNamed: async ({ name }) => sessionNamed(reader(), name) ?? null,
    async costOf(request) {
      const { limits, settings } = facts();
      return costOfPicture(reader(), limits, settings.cost, filtersOf(request));
    },
    async requestGrid(request) {
      reader();
      memory.asked('requests');
      return grid.answer(request, facts());
    },
    async exportedRequests(request) {
      reader();
      memory.asked('requests');
      return grid.exported(request);
    },
    requestById: async ({ id }) => requestReports(reader(), requestsByIds(reader(), [id]))[0] ?? null,
    health: async (request) => answerHealth(reader(), request, facts()),
    healthReport: async () => answerHealthReport(reader(), facts()),
    healthLines: async (request) => answerHealthLines(reader(), request, facts()),
    care: (request) => careFor(request, { store: reader(), ingest, storePath, onChanged, onReplaced }),
    prices: async (request) => answerPrices(reader(), request, repricing.progress()),
    priceReport: async ({ nowMs }) => modelPrices(reader(), nowMs).map(priceReport),
    ownPrices: async () => ownPrices(reader()).map(({ source: _, setAtMs: __, ...price }) => price),
    async changePrices(request) {
      changePrices(reader(), request);
      repricing.start();
      onChanged();
    },
    claimPriceList: async (request) => claimPriceList(reader(), request),
    async takePriceList(answer) {
      const isTaken = takePriceList(reader(), answer);
      repricing.start();
      onChanged();
      return isTaken;
    },
    limits: async (request) => answerLimits(reader(), request, facts(), usageIn, alertState()),
    async limitsReport(request) {
      const known = facts();
      const window = { ...filtersOf(request), ...edgesOf(request, known.limits) };
      return answerLimitsReport(reader(), request, known, usageIn(window), usageIn);
    },
    async alerts(request) {
      const known = facts();
      const ofTeam = teamWatch.figures(known.settings.team, request.nowMs);
      return answerAlerts(reader(), request, known, usageIn, ofTeam);
    },
    async alertWish(wish) {
      const isTaken = takeAlertWish(reader(), wish);
      // Pages say what is snoozed and muted, in every window.
      if (wish.type !== 'shown') onChanged();
      return isTaken;
    },
    team: answerTeam,
  };
  return {
    ask: (question, request) =>
      (answers as Partial<Record<keyof EngineApi, (request: unknown) => Promise<unknown>>>)[question]?.(request) ??
      Promise.reject(new Error(`nobody answers ${question}`)),
    cancel: memory.cancel,
  };
}
