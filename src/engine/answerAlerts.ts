import { randomUUID } from 'node:crypto';
import { sessionMakers } from '../queries/requestTimes.ts';
import { threadUse } from '../queries/threadUse.ts';
import type { Store } from '../store/store.ts';
import type { AccountFacts } from '../views/accountOf.ts';
import { type AlertMaterial, type AlertView, alertView, growthCause } from '../views/alertNotice.ts';
import { type AlertLevel, type AlertSubject, parseAlertState } from '../views/alertState.ts';
import { confirmAlert, decideAlerts, muteAlerts, snoozeAlerts } from '../views/alerts.ts';
import { baseName, label } from '../views/format.ts';
import { statedKey } from '../views/limitCards.ts';
import type { LimitFigure } from '../views/limitFigures.ts';
import { hasReplied, isLive, sessionTitle } from '../views/meter.ts';
import { isInForce, statedQuota, statedSpan } from '../views/quota.ts';
import { t } from '../views/text.ts';
import { threadWindow } from '../views/threadWindow.ts';
import { type Thresholds, type Tone, toneOf } from '../views/tone.ts';
import { totalTokens } from '../views/usage.ts';
import { adviseLive } from './advise.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { accountsOf, figuresOf, statedOf, type UsageIn } from './answerLimits.ts';
import { costOfSession } from './answerMeter.ts';
import type { AlertsRequest, AlertWish } from './engineApi.ts';
import { liveIn } from './liveSession.ts';

const LEVELS: readonly Tone[] = ['normal', 'notice', 'warning', 'critical'];

/** What is to be told now, and only to the window that asks: what was told and handed out stands in the store, which has one owner. */
export function answerAlerts(
  store: Store,
  request: AlertsRequest,
  facts: AnswerFacts,
  usageIn: UsageIn,
  ofTeam: readonly LimitFigure[] = [],
): AlertView | null {
  // While history is read figures grow that were used long ago.
  if (facts.progress) return null;
  const { nowMs, canTell } = request;
  const own = figuresOf(store, nowMs, facts, usageIn, request.cost);
  const figures = [...own, ...ofTeam.map(namedAsTeam)];
  const stated = statedOf(store, facts).filter(({ limit }) => isInForce(limit, nowMs));
  const live = liveIn(store, request);
  const isHere = live !== undefined && !live.isElsewhere && hasReplied(live.thread) && isLive(live.thread, nowMs);
  const subjects = [
    ...figures.flatMap((figure) => limitSubject(figure, request)),
    ...stated.map(
      ({ limit }): AlertSubject => ({
        key: statedKey(limit),
        config: configOf(100, request.thresholds),
        ...statedSpan(limit),
        level: limit.reached ? 3 : levelOf(limit.usedPercent, request.thresholds, request.from),
        isForecast: false,
      }),
    ),
    ...(isHere && request.contextWindow ? [contextSubject(live, request)] : []),
  ];
  const before = store.alerts.read();
  const decided = decideAlerts(parseAlertState(before), subjects, { nowMs, canTell, newId: randomUUID() });
  const after = JSON.stringify(decided.state);
  if (after !== before && (before !== undefined || decided.state.episodes.length > 0)) store.alerts.write(after);
  if (!decided.notice) return null;
  const ofLimits = decided.notice.items.some(({ key }) => figures.some((figure) => figure.key === key));
  const isOfLive = (key: string): boolean => {
    if (!live) return false;
    const { agent, sessionId } = live.session;
    const figure = figures.find((each) => each.key === key);
    if (!figure)
      return (
        key === contextKey(live.session.key) ||
        stated.some((each) => statedKey(each.limit) === key && each.limit.agent === agent)
      );
    return (
      figure.account === undefined ||
      sessionMakers(store, agent, sessionId).some((by) => accountsOf(facts)(by).key === figure.account?.key)
    );
  };
  // What the live session did explains only what it pays for.
  const isCause = isHere && decided.notice.items.some(({ key }) => isOfLive(key));
  const turns = isCause ? threadUse(store, live.session.agent, live.session.sessionId, live.thread.thread).turns : [];
  const material: AlertMaterial = {
    ...request,
    figures: new Map(figures.map((figure) => [figure.key, figure])),
    stated: new Map(
      stated.map(({ limit, account }) => {
        const { label: name } = statedQuota(limit, { ...request, agentLabels: facts.agentLabels });
        const of = account.rule ? `${account.name}: ${name}` : name;
        return [statedKey(limit), { ...limit, name: of }];
      }),
    ),
    context: isHere ? contextMaterial(live, facts) : undefined,
    cause: growthCause(turns),
    mostUsed: ofLimits ? mostUsed(usageIn, own, facts) : new Map(),
    advice: isCause
      ? adviseLive(store, live.session, live.thread, {
          ...request,
          cost: costOfSession(store, live.session, facts, request),
        })[0]?.title
      : undefined,
  };
  return alertView(decided.notice, material) ?? null;
}

/** A limit of the team's own bears its name in a sentence. */
const namedAsTeam = (figure: LimitFigure): LimitFigure => ({
  ...figure,
  account: figure.account && { ...figure.account, name: t('{0} (team)', figure.account.name) },
});

/** Remembers what a window or its user says of alerts. */
export function takeAlertWish(store: Store, wish: AlertWish & { nowMs: number }): boolean {
  const before = parseAlertState(store.alerts.read());
  const { nowMs } = wish;
  const after =
    wish.type === 'shown'
      ? confirmAlert(before, wish.id, nowMs)
      : wish.type === 'mute'
        ? muteAlerts(before, wish.keys, wish.on)
        : snoozeAlerts(before, wish.keys, wish.forMs === null ? null : nowMs + wish.forMs, nowMs);
  if (after) store.alerts.write(JSON.stringify(after));
  return after !== undefined;
}

function limitSubject(figure: LimitFigure, { thresholds, from, forecast }: AlertsRequest): AlertSubject[] {
  const { key, span, percent, amount, pace } = figure;
  if (!span) return [];
  return [
    {
      key,
      config: configOf(amount, thresholds),
      ...span,
      level: levelOf(percent, thresholds, from),
      // Both paces say so; and whoever is at the last threshold was told.
      isForecast: forecast && (pace?.forecast?.lowPercent ?? 0) >= 100 && percent < thresholds.critical,
    },
  ];
}

type Live = NonNullable<ReturnType<typeof liveIn>>;

/** The context window of the session that is live here: an episode ends with a compaction. */
function contextSubject({ session, thread }: Live, { thresholds, from }: AlertsRequest): AlertSubject {
  const share = (thread.contextTokens / threadWindow(thread).tokens) * 100;
  return {
    key: contextKey(session.key),
    config: configOf(100, thresholds),
    sinceMs: thread.compactedAtMs ?? 0,
    untilMs: null,
    level: levelOf(share, thresholds, from === 'critical' ? 'critical' : 'warning'),
    isForecast: false,
  };
}

const contextKey = (session: string): string => `context:${session}`;

function contextMaterial({ session, thread }: Live, facts: AnswerFacts): AlertMaterial['context'] {
  const { tokens } = threadWindow(thread);
  return {
    key: contextKey(session.key),
    title: sessionTitle(session.title, session.workspace, facts.agentLabels[session.agent] ?? session.agent),
    percent: (thread.contextTokens / tokens) * 100,
    tokens: thread.contextTokens,
    windowTokens: tokens,
    thread,
  };
}

/** What of a limit's settings ends an episode when it is changed. */
const configOf = (amount: number, { notice, warning, critical }: Thresholds): string =>
  [amount, notice, warning, critical].join('/');

function levelOf(percent: number, thresholds: Thresholds, from: Tone): AlertLevel {
  const level = LEVELS.indexOf(toneOf(percent, thresholds));
  return (level >= LEVELS.indexOf(from) ? level : 0) as AlertLevel;
}

/** Where most of each limit went: `Claude Code in shop`. */
function mostUsed(usageIn: UsageIn, figures: readonly LimitFigure[], facts: AnswerFacts): Map<string, string> {
  const accountOf = accountsOf(facts);
  return new Map(
    figures.flatMap(({ key, span, account }) => {
      const sums = new Map<string, number>();
      const counts = (row: AccountFacts): boolean => account === undefined || accountOf(row).key === account.key;
      for (const row of span ? usageIn(span) : []) {
        if (!counts(row)) continue;
        const agent = facts.agentLabels[row.agent] ?? label(row.agent, 40);
        const place = row.workspace ? `${agent}, ${label(baseName(row.workspace), 40)}` : agent;
        sums.set(place, (sums.get(place) ?? 0) + totalTokens(row));
      }
      const [most] = [...sums].toSorted(([, a], [, b]) => b - a);
      return most ? [[key, most[0]] as const] : [];
    }),
  );
}
