import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import type { AttributionReport, UsageReport } from '../../../src/views/usageReport.ts';
import { homeWithDatabases } from '../agents/fixtureHome.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');
const CLASSES = ['input_tokens', 'output_tokens', 'cache_read', 'cache_creation', 'total_tokens'] as const;
/** They record every call and everything that enters its prompt. */
const REFERENCE_AGENTS = ['claude-code', 'codex'];
const asked = { window: 'all', timeZone: 'Pacific/Auckland', nowMs: Date.UTC(2026, 10, 20) } as const;

/** Every fixture's home, and the sample's: walked, not listed. */
const homes = [
  path.join(FIXTURES, 'sample/home'),
  ...readdirSync(path.join(FIXTURES, 'agents')).flatMap((agent) =>
    readdirSync(path.join(FIXTURES, 'agents', agent)).map((name) => path.join(FIXTURES, 'agents', agent, name, 'home')),
  ),
];

async function attribute(home: string): Promise<{ usage: UsageReport; reports: AttributionReport[] }> {
  const place = { home: homeWithDatabases(home), env: {}, platform: 'linux' } as const;
  const engine = await createLocalEngine({ agents: ALL_AGENTS, place });
  try {
    await engine.sweep();
    const reports: AttributionReport[] = [];
    for (const { agent, session } of await engine.sessions(asked)) {
      const report = await engine.attributionReport({ sessionKey: `${agent}:${session}` });
      assert.ok(report, `${agent}:${session} has no attribution`);
      reports.push(report);
    }
    return { usage: await engine.usage(asked), reports };
  } finally {
    await engine.dispose();
  }
}

const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

describe('attribution', () => {
  const spent = { all: 0, unattributed: 0 };

  for (const home of homes)
    it(`gives every token one owner: ${path.relative(FIXTURES, path.dirname(home))}`, async () => {
      const { usage, reports } = await attribute(home);
      for (const report of reports) {
        assert.equal(sumOf(Object.values(report.in_window)), report.context.tokens);
        for (const lens of [report.spent, report.in_flight])
          for (const name of CLASSES) {
            const parts = Object.values(lens).map((part) => part[name]);
            assert.ok(parts.every((part) => part >= 0));
            assert.equal(sumOf(parts), report.totals[name], `${name} of ${report.session}`);
          }
        // agents that state sums over many calls leave nothing to attribute by
        if (!REFERENCE_AGENTS.includes(report.agent)) continue;
        spent.all += report.totals.total_tokens;
        spent.unattributed += report.spent.unattributed?.total_tokens ?? 0;
      }
      const ofTools = sumOf(usage.by_tool.map((row) => row.total_tokens));
      assert.equal(ofTools, usage.totals.total_tokens);
    });

  it('leaves less than 2 % of all without an owner', () => {
    assert.ok(spent.all > 1_000_000);
    assert.ok(spent.unattributed < spent.all * 0.02, `${spent.unattributed} of ${spent.all}`);
  });
});

describe('a session of which only files of subagents are left', () => {
  it('is attributed by the newest of these; nothing is said of the main context', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'atm-subagents-'));
    cpSync(path.join(FIXTURES, 'agents/claude-code/subagents-sidecar/home'), home, { recursive: true });
    for (const file of readdirSync(home, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.jsonl') && !file.includes(`${path.sep}subagents${path.sep}`)) rmSync(path.join(home, file));
    try {
      const { usage, reports } = await attribute(home);
      assert.ok(usage.totals.turns > 0 && reports.length > 0);
      for (const report of reports) {
        assert.notEqual(report.thread, 'main');
        assert.ok(report.context.tokens > 0);
        assert.equal(sumOf(Object.values(report.in_window)), report.context.tokens);
        assert.ok(report.timeline.some((entry) => entry.event === 'request'));
      }
      assert.equal(sumOf(reports.map((report) => report.totals.total_tokens)), usage.totals.total_tokens);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
