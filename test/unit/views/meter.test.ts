import assert from 'node:assert/strict';
import type { NewestLimitRow } from '../../../src/queries/limits.ts';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { COST_BUDGET_KEY, type LimitFigure } from '../../../src/views/limitFigures.ts';
import { type MeterInput, meterView } from '../../../src/views/meter.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

const NOW = Date.UTC(2026, 10, 18, 12);

const live: NonNullable<MeterInput['live']> = {
  session: {
    key: 'claude-code:s1',
    agent: 'claude-code',
    sessionId: 's1',
    title: null,
    workspace: '/home/dev/spotter',
    model: 'claude-sonnet-4-5',
    thread: 'main',
    lastAtMs: NOW - 60_000,
  },
  thread: {
    thread: 'main',
    agentName: 'main',
    parentThread: null,
    launchCallId: null,
    model: 'claude-sonnet-4-5',
    lastAtMs: NOW - 60_000,
    contextTokens: 82_113,
    contextEstimated: 0,
    peakTokens: 82_000,
    windowTokens: null,
    windowSource: null,
    compactedAtMs: null,
    compactedAtTokens: null,
    windowKinds: JSON.stringify([
      ['read', 51_113],
      ['bash', 11_000],
      ['system', 18_000],
      ['user', 1500],
      ['model', 500],
    ]),
  },
  kinds: [
    { kind: 'read', input: 3, cacheRead: 900_000, cacheWrite5m: 51_000, cacheWrite1h: 0, output: 400 },
    { kind: 'system', input: 0, cacheRead: 700_000, cacheWrite5m: 18_000, cacheWrite1h: 0, output: 0 },
  ],
  advice: [],
  isElsewhere: false,
};

const input: MeterInput = {
  locale: 'en',
  timeZone: 'America/New_York',
  nowMs: NOW,
  thresholds: DEFAULT_THRESHOLDS,
  agentLabels: { 'claude-code': 'Claude Code', codex: 'Codex' },
  limits: [],
  weekTokens: 3_150_000,
  weekSinceMs: Date.UTC(2026, 10, 16),
  weekResetAtMs: Date.UTC(2026, 10, 23),
  todayTokens: 120_000,
  lookedFor: ['~/.claude', '~/.codex'],
  live,
};

const limit: NewestLimitRow = {
  agent: 'claude-code',
  account: '',
  limitId: '',
  windowMinutes: 10_080,
  usedPercent: 63,
  reached: null,
  resetsAtMs: NOW + 86_400_000,
  plan: 'max',
  atMs: NOW - 180_000,
};

const thread = (change: Partial<typeof live.thread>): MeterInput => ({
  ...input,
  live: { ...live, thread: { ...live.thread, ...change } },
});

/** A week's budget of dollars of which so many percent are used. */
const costBudget = (percent: number): LimitFigure => ({
  key: COST_BUDGET_KEY,
  unit: 'cost',
  amount: 20,
  period: 'week',
  span: { sinceMs: NOW - 86_400_000, untilMs: NOW + 86_400_000 },
  used: percent / 5,
  percent,
  sums: { ...noUsage(), costUsd: percent / 5 },
});

describe('the meter', () => {
  for (const [percent, tone] of [
    [12, 'normal'],
    [50, 'notice'],
    [80, 'warning'],
    [95, 'critical'],
  ] as const)
    it(`has the colour of a cost budget of which ${percent}% are used`, () => {
      const view = meterView({ ...input, figures: [costBudget(percent)] });
      assert.deepEqual([view.tone, view.text], [tone, `$(pulse) 41% · 82k · week ${percent}%`]);
      const [, , budget] = view.hover.figures;
      assert.equal(budget?.label, 'Weekly cost budget');
    });

  it('shows the fuller one of two budgets', () => {
    const both = { ...input, weeklyBudgetTokens: 3_500_000, figures: [costBudget(96)] };
    assert.equal(meterView(both).text, '$(pulse) 41% · 82k · week 96%');
    assert.equal(meterView({ ...both, figures: [costBudget(12)] }).text, '$(pulse) 41% · 82k · week 90%');
  });

  const cases: [name: string, input: MeterInput, state: string, tone: string, text: string][] = [
    ['of a live session', input, 'live', 'normal', '$(pulse) 41% · 82k'],
    ['with a stated quota', { ...input, limits: [limit] }, 'live', 'notice', '$(pulse) 41% · 82k · week 63%'],
    [
      'with a budget, which comes before a quota',
      { ...input, limits: [limit], weeklyBudgetTokens: 3_500_000 },
      'live',
      'warning',
      '$(pulse) 41% · 82k · week 90%',
    ],
    [
      'without a quota that has been reset since',
      { ...input, limits: [{ ...limit, resetsAtMs: NOW - 1 }] },
      'live',
      'normal',
      '$(pulse) 41% · 82k',
    ],
    [
      'without the quota of another agent',
      { ...input, limits: [{ ...limit, agent: 'codex' }] },
      'live',
      'normal',
      '$(pulse) 41% · 82k',
    ],
    [
      'of a session elsewhere',
      { ...input, live: { ...live, isElsewhere: true } },
      'live',
      'normal',
      '$(pulse) 41% · 82k $(link-external)',
    ],
    ['of an idle session', thread({ lastAtMs: NOW - 3_600_000 }), 'idle', 'normal', '$(circle-outline) 41% · 82k'],
    [
      'just after a compaction',
      thread({ contextTokens: 12_000, contextEstimated: 1, compactedAtMs: NOW - 1000 }),
      'compacted',
      'normal',
      '$(fold) ≈6% · ≈12k · compacted',
    ],
    ['of a nearly full window', thread({ contextTokens: 192_000 }), 'live', 'critical', '$(pulse) 96% · 192k'],
    [
      'of a window that is larger than presumed',
      thread({ contextTokens: 410_000, peakTokens: 410_000 }),
      'live',
      'normal',
      '$(pulse) 41% · 410k',
    ],
    [
      'of a window that the agent reports',
      thread({ windowTokens: 258_400, windowSource: 'reported' }),
      'live',
      'normal',
      '$(pulse) 32% · 82k',
    ],
    [
      'before the first reply',
      thread({ contextTokens: 9, contextEstimated: 1, peakTokens: 0 }),
      'live',
      'normal',
      '$(pulse) no reply yet',
    ],
    ['without transcripts', { ...input, live: undefined }, 'empty', 'normal', '$(pulse) no transcripts'],
    [
      'while the first transcripts are read',
      { ...input, live: undefined, progress: { filesDone: 3, filesTotal: 10, bytesDone: 340, bytesTotal: 1000 } },
      'indexing',
      'normal',
      '$(sync~spin) reading 34%',
    ],
    [
      'long after a compaction that nothing followed',
      thread({
        contextTokens: 12_000,
        contextEstimated: 1,
        compactedAtMs: NOW - 86_400_000,
        lastAtMs: NOW - 86_400_000,
      }),
      'idle',
      'normal',
      '$(circle-outline) ≈6% · ≈12k',
    ],
  ];
  for (const [name, given, state, tone, text] of cases)
    it(name, () => {
      const view = meterView(given);
      assert.deepEqual([view.state, view.tone, view.text], [state, tone, text]);
      assert.ok(view.accessibleLabel.length > 10 && !view.accessibleLabel.includes('$('));
    });
});

describe('the hover', () => {
  it('says what fills the window, where its size comes from, and what was used', () => {
    const { hover } = meterView({ ...input, limits: [limit] });
    assert.equal(hover.title, 'Claude Code in spotter');
    assert.deepEqual(hover.lines, ['Claude Code · claude-sonnet-4-5 · spotter']);
    assert.equal(hover.context?.label, '82,113 of 200,000 tokens (41%)');
    assert.equal(hover.context?.windowSource, 'Window size from the model catalogue');
    assert.deepEqual(
      hover.context?.bar.segments.map((part) => [part.label, part.tokens, part.shareLabel]),
      [
        ['Read', 51_113, '62%'],
        ['System', 18_000, '22%'],
        ['Bash', 11_000, '13%'],
        ['other (2 kinds)', 2000, '2%'],
      ],
    );
    assert.deepEqual(
      hover.figures.map((figure) => figure.label),
      ['Today', 'This week', 'Claude Code, week'],
    );
    assert.deepEqual(
      hover.figures.slice(0, 2).map((figure) => figure.value),
      ['120k tokens', '3.2M tokens'],
    );
    assert.deepEqual(hover.figures[2], { label: 'Claude Code, week', value: '63%', details: ['resets in 1\u00a0d'] });
  });

  it('says since when the week is counted where today may hold more', () => {
    const began = (timeZone: string) =>
      meterView({ ...input, timeZone, weekSinceMs: Date.UTC(2026, 10, 18), nowMs: Date.UTC(2026, 10, 18, 3) }).hover
        .figures[1]?.details;
    assert.deepEqual(began('Asia/Shanghai'), ['since Wed 8:00 AM']);
    assert.equal(began('UTC'), undefined);
  });

  it('stays short however many kinds there are', () => {
    const windowKinds = JSON.stringify(Array.from({ length: 400 }, (_, n) => [`mcp:server${n}`, 1000 - n]));
    const bar = meterView({ ...input, live: { ...live, thread: { ...live.thread, windowKinds } } }).hover.context?.bar;
    assert.equal(bar?.legend.length, 16);
    assert.equal(bar?.legend.at(-1)?.label, 'other (385 kinds)');
    assert.equal(
      bar?.legend.reduce((sum, part) => sum + part.tokens, 0),
      bar?.tokens,
    );
    assert.ok((bar?.text.length ?? 0) < 1000);
  });

  it('has a bar whose legend sums to the context', () => {
    const bar = meterView(input).hover.context?.bar;
    assert.equal(bar?.tokens, 82_113);
    assert.equal(
      bar?.legend.reduce((sum, part) => sum + part.tokens, 0),
      82_113,
    );
    assert.equal(
      bar?.segments.reduce((sum, part) => sum + part.tokens, 0),
      82_113,
    );
  });
});
