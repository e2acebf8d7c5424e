import { compactTokens, exactNumber, percent, usd } from '../../src/views/format.ts';
import { verdictOf } from '../../src/views/limits.ts';
import type { AccountCard, LimitCard, LimitsPageView, TreeRow } from '../../src/views/limitsView.ts';
import { sampleQuotas } from './sampleViews.ts';
import type { GalleryState } from './states.ts';

const AMOUNT = 4_000_000;

/** A state's quotas as limits of the user's. */
function sampleLimits(state: GalleryState): LimitCard[] {
  return sampleQuotas(state).map((quota, i) => {
    const used = (AMOUNT * quota.percent) / 100;
    const left = Math.max(0, AMOUNT - used);
    return {
      ...quota,
      key: `limit ${i}`,
      detail: `${compactTokens(used, 'en')} of ${compactTokens(AMOUNT, 'en')} tokens`,
      left: used > AMOUNT ? `${compactTokens(used - AMOUNT, 'en')} over` : `${compactTokens(left, 'en')} left`,
      reset: 'resets Mon 12:00 AM (in 1 d 4 h)',
      burn: '41k tokens an hour over the last 1 d',
      forecast:
        quota.percent > 80
          ? 'At this pace 98% to 124% by Mon 12:00 AM; it may be used up in 18 h.'
          : 'Too early to say where this leads.',
      isPressing: quota.percent > 90,
      note: i === 0 ? 'The output of 12 requests is estimated.' : undefined,
      isMuted: i === 1,
      snoozed: i === 2 ? 'No alerts until Sun 5:00 PM' : undefined,
    };
  });
}

/** The Limits page in a state; its agents are accounts, those below them users, each with one workspace. */
export function samplePage(state: GalleryState, form: 'account' | 'general' | undefined): LimitsPageView {
  const limits = sampleLimits(state);
  const accounts: AccountCard[] = [
    {
      key: 'machine',
      name: 'Everything on this machine',
      about: 'All agents, accounts and folders together.',
      limits: limits.slice(0, 1),
      stated: [],
    },
    ...state.agents
      .filter(({ level }) => level === 0)
      .map(({ name }, i) => ({
        key: name,
        name,
        type: i === 0 ? 'Max' : undefined,
        about:
          i === 0
            ? 'Claude Code · configuration folder ~/.claude-work'
            : "In the agent's usual folder; it tells no account.",
        index: i === 0 ? 0 : undefined,
        limits: i === 0 ? limits.slice(1) : [],
        stated:
          i === 1
            ? limits.slice(-1).map((limit) => ({
                ...limit,
                detail: 'plan plus',
                left: 'stated 3 h ago',
                burn: undefined,
                forecast: undefined,
                note: 'The agent says: limit reached.',
              }))
            : [],
      })),
  ];
  const all = state.agents.filter(({ level }) => level === 0).reduce((sum, { tokens }) => sum + tokens, 0);
  const row = (key: string, level: TreeRow['level'], label: string, tokens: number): TreeRow => ({
    key,
    level,
    label,
    title: label,
    tokens: compactTokens(tokens, 'en'),
    requests: exactNumber(Math.round(tokens / 9000), 'en'),
    // The first account is a subscription.
    cost: `${usd(tokens / 900_000, 'en')}${key.startsWith('0') ? ' (API-equivalent)' : ''}`,
    share: all > 0 ? tokens / all : 0,
    shareLabel: percent(all > 0 ? tokens / all : 0, 'en'),
  });
  const reset = { day: '', dayOfMonth: '', time: '', zone: '' };
  const limitDraft = { unit: 'tokens', amount: '-5', period: 'week', ...reset, zone: 'Mars/Base' } as const;
  const problems = ['Account “Work”, limit 1: the amount is a number above 0, not -5. This limit is left out.'];
  return {
    state: state.agents.length === 0 ? 'empty' : 'ready',
    notice: 'No transcripts of coding agents yet: nothing was used of any limit.',
    verdict: verdictOf(
      limits.length,
      limits.filter(({ percent }) => percent > 80),
      false,
      'en',
    ),
    problems: state.agents.length > 4 ? problems : [],
    accounts: accounts.slice(0, 4),
    bare: accounts.length > 4 ? 'Without a limit, and stating none: Gemini CLI, Goose.' : undefined,
    resetLabel: 'Weeks begin Monday 12:00 AM, months on day 1 (UTC).',
    tree: {
      caption: 'Accounts, users and workspaces this week',
      costLabel: 'Cost',
      rows: state.agents.flatMap(({ name, tokens, level }, i) =>
        level === 0
          ? [row(`${i}`, 1, name, tokens), row(`${i} ada`, 2, 'ada', tokens), row(`${i} shop`, 3, 'shop', tokens)]
          : [],
      ),
    },
    windows: (['day', 'week', 'month', 'all'] as const).map((name) => ({
      name,
      label: name.charAt(0).toUpperCase() + name.slice(1),
      selected: name === 'week',
    })),
    agents: state.agents.map(({ name }) => ({ id: name, label: name })),
    updatedAt: '12:04:31',
    form:
      form === 'account'
        ? {
            id: 1,
            kind: 'account',
            index: 0,
            problems,
            draft: {
              name: 'Work',
              type: 'max',
              agent: '',
              configDir: '~/.claude-work',
              login: '',
              provider: '',
              user: '',
              workspace: '',
              limits: [limitDraft, { ...limitDraft, period: '5h' }],
            },
          }
        : form === 'general'
          ? { id: 2, kind: 'general', problems: [], draft: { budget: '5000000', ...reset } }
          : undefined,
  };
}
