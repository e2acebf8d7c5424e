import type { EngineApi } from './engineApi.ts';

/** Every question of `EngineApi`. The type holds the list complete. */
export const QUESTIONS = Object.keys({
  meter: true,
  sidebar: true,
  dashboard: true,
  dashboardItems: true,
  attribution: true,
  usage: true,
  models: true,
  sessions: true,
  attributionReport: true,
  requests: true,
  live: true,
  sessionNamed: true,
  costOf: true,
  standing: true,
  server: true,
  requestGrid: true,
  exportedRequests: true,
  requestById: true,
  health: true,
  healthReport: true,
  healthLines: true,
  prices: true,
  priceReport: true,
  ownPrices: true,
  changePrices: true,
  claimPriceList: true,
  takePriceList: true,
  limits: true,
  limitsReport: true,
  alerts: true,
  alertWish: true,
  care: true,
  sweep: true,
  team: true,
  configure: true,
} satisfies Record<keyof EngineApi, true>) as (keyof EngineApi)[];

/** The questions of an engine that passes them on. */
export function passOn(ask: (question: keyof EngineApi, request: unknown) => Promise<unknown>): EngineApi {
  const questions = QUESTIONS.map((question) => [question, (request?: unknown) => ask(question, request)]);
  return Object.fromEntries(questions) as EngineApi;
}
