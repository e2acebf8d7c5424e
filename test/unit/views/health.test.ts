import assert from 'node:assert/strict';
import { healthLines, healthView } from '../../../src/views/health.ts';
import { type HealthInput, healthReport } from '../../../src/views/healthReport.ts';
import { problemText } from '../../../src/views/problemText.ts';
import { healthTable, toPlainText } from '../../../src/views/textTable.ts';

const reader = { locale: 'en', timeZone: 'America/New_York', nowMs: Date.UTC(2026, 10, 20, 17) };

const input: HealthInput = {
  lookups: [
    { agent: 'pi', label: 'pi', isDisabled: false, folders: [{ path: '/home/ada/.pi', exists: false }] },
    {
      agent: 'claude-code',
      label: 'Claude Code',
      isDisabled: false,
      folders: [{ path: '/home/ada/.claude', exists: true }],
    },
    { agent: 'amp', label: 'Amp', isDisabled: true, folders: [{ path: '/home/ada/.amp', exists: true }] },
    {
      agent: 'cursor',
      label: 'Cursor',
      isDisabled: false,
      withoutTokens: 'it records none',
      folders: [{ path: '/home/ada/.cursor', exists: true }],
    },
    { agent: 'kiro', label: 'Kiro', isDisabled: false, withoutTokens: 'credits', folders: [] },
  ],
  agents: [
    {
      agent: 'claude-code',
      files: 4,
      failedFiles: 1,
      records: 1200,
      unknownRecords: 30,
      rejectedRecords: 2,
      sessions: 3,
      turns: 400,
      estimatedTurns: 12,
      firstAtMs: Date.UTC(2026, 8, 1, 2),
      lastAtMs: 8.64e15 + 1,
    },
  ],
  versions: ['2.2.0', '2.1.9', '2.1.8', '2.1.7', '2.1.6'].map((version, index) => ({
    agent: 'claude-code',
    version,
    files: 1,
    lastAtMs: -index,
  })),
  notUnderstood: [
    ...Array.from({ length: 14 }, (_, index) => ({
      agent: 'claude-code',
      version: '2.2.0',
      outcome: 'unknown' as const,
      detail: `kind-${index}`,
      records: 2,
      examplePath: '/a.jsonl',
    })),
    {
      agent: 'claude-code',
      version: null,
      outcome: 'rejected',
      detail: 'no\u202Etype',
      records: 2,
      examplePath: '/b.jsonl',
    },
  ],
  unread: [{ agent: 'claude-code', path: '/c.jsonl', failure: 'EACCES' }],
  unlisted: [
    {
      agent: 'claude-code',
      rows: [
        {
          model: 'haiku',
          source: 'cost-state',
          input: 1000,
          output: 200,
          cacheRead: 0,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          reasoning: 0,
        },
      ],
    },
  ],
  store: { sizeBytes: 1_450_000, requests: 400, sessions: 3, files: 4, firstAtMs: Date.UTC(2026, 8, 1, 2) },
  storePlace: { path: '/home/ada/usage.db' },
};

const nothing: HealthInput = {
  ...input,
  agents: [],
  versions: [],
  notUnderstood: [],
  unread: [],
  unlisted: [],
  store: { sizeBytes: 8192, requests: 0, sessions: 0, files: 0, firstAtMs: null },
  storePlace: { trouble: 'The disk is full.' },
};

describe('health', () => {
  it('says of each agent whether it was found, and how well it was understood', () => {
    const { agents, store } = healthReport(input);
    assert.deepEqual(
      agents.map((agent) => [agent.type, agent.state, agent.turns]),
      [
        ['claude-code', 'counted', 400],
        ['cursor', 'no_token_data', 0],
        ['amp', 'disabled', 0],
        ['kiro', 'not_found', 0],
        ['pi', 'not_found', 0],
      ],
    );
    assert.deepEqual([agents[0]?.first_at, agents[0]?.last_at], ['2026-09-01T02:00:00.000Z', null]);
    assert.equal(agents[0]?.unlisted[0]?.total_tokens, 1200);
    assert.equal(store.history_starts_at, '2026-09-01T02:00:00.000Z');
  });

  it('has a page with what may be missing first, and what is only good to know after it', () => {
    const view = healthView(healthReport(input), reader);
    assert.equal(view.state, 'ready');
    assert.equal(view.verdict.title, '3 findings to look at');
    assert.deepEqual(
      view.findings.map(({ kind, title, listLabel, list }) => [kind, title, listLabel, list.length]),
      [
        ['problem', 'Claude Code 2.2.0 writes 14 record kinds we do not know', '14 record kinds', 14],
        ['problem', '2 records of Claude Code cannot be used', '1 reason', 1],
        ['problem', '1 file of Claude Code could not be read to the end', '1 file', 1],
        ['note', 'The output of 12 requests of Claude Code is estimated', '', 0],
        ['note', 'Claude Code states 1.2k more tokens, without the requests that used them', '1 sum', 1],
      ],
    );
    assert.equal(view.findings[1]?.list[0]?.label, 'no type, as in /b.jsonl');
    assert.deepEqual(
      view.agents.rows.map((row) => row.cells),
      [['Claude Code', '2.2.0, 2.1.9, 2.1.8 and 2 more', '3', '400', '1,200', '4', 'Aug 31, 2026', '–']],
    );
    assert.deepEqual(
      view.lookups.map(({ label, state, isFound, reason }) => [label, state, isFound, reason]),
      [
        ['Claude Code', 'counted', true, undefined],
        ['Cursor', 'no token data', true, 'it records none'],
        ['Amp', 'switched off', true, undefined],
        ['Kiro', 'not found', false, 'credits'],
        ['pi', 'not found', false, undefined],
      ],
    );
    assert.deepEqual(
      view.store.map(({ value }) => value),
      ['/home/ada/usage.db', '1.5 MB', '400', '3', 'Aug 31, 2026'],
    );
  });

  it('is empty without a transcript, and says what happened to the store', () => {
    const view = healthView(healthReport(nothing), reader);
    assert.equal(view.state, 'empty');
    assert.deepEqual(
      view.findings.map(({ title, text }) => [title, text]),
      [['The store could not be used as it was', 'The disk is full.']],
    );
    assert.equal(view.store[0]?.value, 'none: kept in memory');
    const progress = { filesDone: 1, filesTotal: 9, bytesDone: 1, bytesTotal: 9 };
    assert.match(healthView(healthReport(nothing), { ...reader, progress }).notice ?? '', /1 of 9 files/);
  });

  it('is the same in the log', () => {
    assert.deepEqual(healthLines(healthReport(input), 'en').slice(0, 2), [
      'Read 1,200 records of 4 transcripts; 2 rejected, 30 of unknown kinds; 1 transcript unreadable.',
      'Cursor is not counted: it records none.',
    ]);
    assert.deepEqual(healthLines(healthReport(input), 'en').slice(3, 5), [
      '2 records of Claude Code cannot be used: no type, as in /b.jsonl (2)',
      '1 file of Claude Code could not be read to the end: /c.jsonl (EACCES)',
    ]);
  });

  it('is the same as a table', () => {
    const text = toPlainText(healthTable(healthReport(input)));
    assert.match(text, /^agent +Claude Code +counted +2\.2\.0 2\.1\.9/m);
    assert.match(text, /^unknown +Claude Code +kind-13 +2\.2\.0/m);
    assert.match(text, /^unreadable +Claude Code +EACCES \/c\.jsonl/m);
    assert.match(text, /^store +\/home\/ada\/usage\.db/m);
  });
});

describe('a page without a picture', () => {
  it('says what happened, on one line', () => {
    const carried = new Error('Request meter failed with message: Request meter failed with message: no engine');
    assert.match(problemText(carried), /^The engine could not answer \(no engine\)\. Nothing/);
    assert.match(problemText(new Error('no\nengine.')), /^The engine could not answer \(no engine\)\. Nothing/);
  });
});
