import { storedSaving } from '../queries/storedSaving.ts';
import type { SpanSums } from '../queries/sumSpans.ts';
import type { CubeUsage, UsageCube } from '../queries/usageCube.ts';
import { noUsage } from '../queries/usageSums.ts';
import type { UsageFilters } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { connectTeam, type TeamConnection } from '../team/connectTeam.ts';
import { checkTeamVersion } from '../team/migrateTeam.ts';
import { usageByTeamFolder } from '../team/teamAccounts.ts';
import { teamItems } from '../team/teamItems.ts';
import { teamNames } from '../team/teamNames.ts';
import { TeamError, type TeamSettings } from '../team/teamSettings.ts';
import { teamTeller } from '../team/teamTeller.ts';
import { type TeamCoverage, type TeamUsage, teamCoverage, teamSpans, teamUsage } from '../team/teamUsage.ts';
import { accountTree } from '../views/accountTree.ts';
import type { AlertState } from '../views/alertState.ts';
import { itemsView } from '../views/breakdowns.ts';
import type { DashboardView, ItemsView } from '../views/dashboardView.ts';
import { dateText, plural } from '../views/format.ts';
import type { QuotaInput } from '../views/quota.ts';
import { teamAccountsView } from '../views/teamAccounts.ts';
import { inWords, t } from '../views/text.ts';
import { type DashboardSource, dashboardOf } from './answerDashboard.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { quietOf } from './answerLimits.ts';
import { shownWindow } from './dashboardSpans.ts';
import type { DashboardRequest } from './engineApi.ts';
import { teamAccount, teamFigures } from './teamFigures.ts';

/**
 * The Show Usage page over what a team's machines told: the same views over the same sums, which the team's store adds up. What is wrong with
 * that store stands on the page in place of figures.
 */
export async function answerTeamDashboard(
  reader: Reader,
  settings: TeamSettings,
  asked: DashboardRequest,
  facts: AnswerFacts,
  alerts: AlertState,
): Promise<DashboardView> {
  const scope = asked.scope ?? 'team';
  // Neither kinds nor items are told to the team.
  const { usedKind: _, usedItem: __, ...told } = asked.filters;
  const request = { ...asked, filters: told };
  const mine = scope === 'mine' ? { user: teamNames(settings).user(userOf(reader)) } : {};
  // The budget is one of this machine's user, held against this machine.
  const own = { ...facts, settings: { ...facts.settings, weeklyBudgetUsd: undefined } };
  let team: TeamConnection | undefined;
  try {
    team = await connectTeam(settings.url);
    await checkTeamVersion(team);
    const coverage = await teamCoverage(team);
    const questions = noteQuestions();
    const window = { ...shownWindow(request, coverage, facts.limits.reset).window, ...mine };
    const accounts = teamAccountsView({
      ...request,
      ...(await teamFigures(team, request.nowMs, coverage.firstAtMs ?? undefined)),
      tree: accountTree(await usageByTeamFolder(team, window), ({ account }) => teamAccount(account ?? '')),
      quiet: quietOf(alerts),
    });
    const place = placeText(team, coverage, request);
    const source = teamSource(reader, coverage, request, facts, { scope, place, ...accounts });
    // What the page asks does not depend on the answers: it is asked twice, and in between the store answers everything.
    dashboardOf({ ...source, cube: questions.cube }, request, own);
    const answers = await questions.answer(team, mine);
    return dashboardOf({ ...source, cube: answers }, request, own);
  } catch (error) {
    if (!(error instanceof TeamError)) throw error;
    const nothing: TeamCoverage = { firstAtMs: null, lastAtMs: null, requests: 0, machines: 0 };
    const source = teamSource(reader, nothing, request, facts, { scope, problem: inWords(error.told) });
    return dashboardOf({ ...source, cube: noteQuestions().cube }, request, own);
  } finally {
    await team?.close();
  }
}

/** What items of those machines used that are allowed to tell it, in whole days. */
export async function answerTeamItems(
  reader: Reader,
  settings: TeamSettings,
  { locale, filters, ...asked }: DashboardRequest,
  facts: AnswerFacts,
): Promise<ItemsView> {
  const { usedKind: _, usedItem: __, ...told } = filters;
  if (told.model !== undefined || told.provider !== undefined || told.agentName !== undefined)
    return { notice: t('The team is told of files, programs and servers by session, not by model or subagent.') };
  let team: TeamConnection | undefined;
  try {
    team = await connectTeam(settings.url);
    await checkTeamVersion(team);
    if ((await teamTeller(team)).layout === 'journal')
      return {
        notice: t(
          'This team’s store is told of no files, programs or servers: its server only adds rows, so nothing could be taken back.',
        ),
      };
    const { window } = shownWindow({ ...asked, filters: told }, await teamCoverage(team), facts.limits.reset);
    const mine = asked.scope === 'mine' ? { user: teamNames(settings).user(userOf(reader)) } : {};
    const items = await teamItems(team, { ...window, ...mine });
    if (items.length === 0)
      return {
        notice: t(
          'No machine told the team of files, programs or servers in this window: that is off unless its user allows it.',
        ),
      };
    const tokens = items.reduce((sum, item) => sum + item.total_tokens, 0);
    const { table } = itemsView(items, { locale, filters: {}, tokens });
    return {
      // Others than this machine cannot be filtered by items.
      table: table && { ...table, rows: table.rows.map(({ filter: _, ...row }) => row) },
      notice: t('Of machines whose users allow it; shares are of these items, in whole days of UTC.'),
    };
  } catch (error) {
    if (!(error instanceof TeamError)) throw error;
    return { notice: inWords(error.told) };
  } finally {
    await team?.close();
  }
}

/** A cube that answers nothing and remembers what it was asked; what was asked twice is answered once. */
function noteQuestions(): { cube: UsageCube; answer(team: TeamConnection, mine: UsageFilters): Promise<UsageCube> } {
  const usages = new Map<string, Parameters<UsageCube['usage']>>();
  const spans = new Map<string, Parameters<UsageCube['spans']>>();
  const keyOf = (asked: readonly unknown[]): string => JSON.stringify(asked);
  return {
    cube: {
      usage(...asked) {
        usages.set(keyOf(asked), asked);
        return { used: [], sessions: 0, ranked: [] };
      },
      spans(...asked) {
        spans.set(keyOf(asked), asked);
        return asked[0].map((span) => ({ ...span, sums: noUsage() }));
      },
    },
    async answer(team, mine) {
      const used = new Map<string, CubeUsage>();
      const sums = new Map<string, SpanSums[]>();
      for (const [key, [window, ranked]] of usages)
        used.set(key, await teamUsage(team, { ...window, ...mine }, ranked));
      for (const [key, [asked, filters]] of spans) sums.set(key, await teamSpans(team, asked, { ...filters, ...mine }));
      return {
        usage: (...asked) => used.get(keyOf(asked)) as CubeUsage,
        spans: (...asked) => sums.get(keyOf(asked)) as SpanSums[],
      };
    },
  };
}

function teamSource(
  reader: Reader,
  { firstAtMs, lastAtMs, requests, machines }: TeamCoverage,
  { locale, timeZone, nowMs, thresholds }: DashboardRequest,
  facts: AnswerFacts,
  scopes: DashboardSource['scopes'],
): Omit<DashboardSource, 'cube'> {
  const quotas: QuotaInput = {
    locale,
    timeZone,
    nowMs,
    thresholds,
    agentLabels: facts.agentLabels,
    limits: [],
    weekTokens: 0,
    weekSinceMs: nowMs,
    weekResetAtMs: nowMs,
    weeklyBudgetTokens: undefined,
  };
  return {
    coverage: {
      files: machines,
      records: requests,
      unknownRecords: 0,
      rejectedRecords: 0,
      failedFiles: 0,
      firstAtMs,
      lastAtMs,
    },
    quotas,
    saving: (used) => storedSaving(reader, used),
    slots: () => [],
    ranked: (usage) =>
      usage.ranked.flatMap((row) => {
        const session = (usage as TeamUsage).rankedFacts[row.session];
        if (!session) return [];
        const { agent, user, workspace, lastAtMs } = session;
        const at = dateText(lastAtMs, { locale, timeZone }, { dateStyle: 'medium' });
        return [
          { ...row, key: `${agent}:${session.session}`, title: [user, at].filter(Boolean).join(' · '), workspace },
        ];
      }),
    sessionTitle: () => undefined,
    scopes,
  };
}

const placeText = ({ place }: TeamConnection, { machines }: TeamCoverage, { locale }: DashboardRequest): string =>
  plural(machines, '{0} machine at {1}', '{0} machines at {1}', locale, place);

/** Whose machine this is, as its sessions say. */
function userOf(reader: Reader): string {
  const [row] = reader.all<{ user: string }>('SELECT user FROM sessions ORDER BY id DESC LIMIT 1');
  return row?.user ?? '';
}
