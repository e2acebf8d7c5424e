import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Disk, PlacedReading } from '../../../src/agents/agent.ts';
import { copilotCli } from '../../../src/agents/copilotCli.ts';
import { resetIn } from '../../../src/agents/copilotCliReset.ts';
import { copilotTool } from '../../../src/agents/copilotCliTools.ts';
import type { RequestEvent } from '../../../src/agents/event.ts';
import { lookAtDisk } from '../../../src/engine/disk.ts';
import type { TranscriptFile } from '../../../src/transcripts/record.ts';
import { openDatabases } from './fixtureHome.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents/copilot-cli');

const requestsOf = (readings: PlacedReading[] | undefined): RequestEvent[] =>
  (readings ?? []).flatMap(({ events }) => events.filter((event) => event.type === 'request'));

/** A disk on which the file ends where it did at some moment, and the database holds what had been written by then. */
function diskThen(bytes: Uint8Array, database: Database | undefined, untilMs: number): Disk {
  const written = database && {
    all<Row>(sql: string, params?: Parameters<Database['all']>[1]): Row[] {
      const rows = database.all<{ created_at: string }>(sql, params);
      return rows.filter((row) => Date.parse(row.created_at.replace(/(:\d\d)$/, '$1Z')) <= untilMs) as Row[];
    },
  };
  return { read: () => bytes, list: () => [], database: () => written };
}

describe('a session of Copilot CLI that is being written', () => {
  for (const name of readdirSync(FIXTURES)) {
    it(`bears no name for a call that it loses later (${name})`, () => {
      const home = join(FIXTURES, name, 'home');
      for (const file of transcripts(home, copilotCli)) {
        const whole = readFileSync(file.path);
        const { disk } = lookAtDisk(openDatabases());
        const database = disk.database(join(file.root, '..', 'session-store.db'));
        const last = new Set(requestsOf(copilotCli.read(file, disk)).map(({ requestId }) => requestId));
        for (let end = whole.indexOf(10); end >= 0; end = whole.indexOf(10, end + 1)) {
          const bytes = whole.subarray(0, end + 1);
          // A row is there a moment before the event that follows its call.
          const next = whole.subarray(end + 1, whole.indexOf(10, end + 1));
          const untilMs = Date.parse(/"timestamp":"([^"]+)"/.exec(next.toString())?.[1] ?? '') || Infinity;
          for (const { requestId } of requestsOf(copilotCli.read(file, diskThen(bytes, database, untilMs))))
            assert.ok(last.has(requestId), `${requestId} is told at ${end} and not at the end`);
        }
      }
    });
  }

  it('leaves a line without its end', () => {
    const [file] = transcripts(join(FIXTURES, 'forked-records', 'home'), copilotCli);
    const whole = readFileSync((file as TranscriptFile).path);
    const disk = diskThen(whole.subarray(0, whole.length - 5), undefined, 0);
    assert.equal(copilotCli.read(file as TranscriptFile, disk)?.length, whole.toString().trim().split('\n').length - 1);
  });

  it('is not read now when the file is gone', () =>
    assert.equal(
      copilotCli.read(
        { path: '/x/a/events.jsonl', relativePath: 'a/events.jsonl', root: '/x' },
        { read: () => undefined, list: () => [], database: () => undefined },
      ),
      undefined,
    ));
});

describe('counters of Copilot CLI in a leg with a compaction', () => {
  type Leg = (number | 'compact' | 'failed' | 'rewind' | 'resume')[];
  const compaction = 700;
  /** @param before what the sums held at the end of the leg before, and hold now, in the same unit as the leg's calls */
  const told = (leg: Leg, [before, now]: [number, number]) => {
    const types = { compact: 'session.compaction_complete', failed: 'session.compaction_complete' };
    const others = { rewind: 'session.snapshot_rewind', resume: 'session.resume' };
    const events = leg.map((what) => ({
      type: typeof what === 'number' ? 'assistant.message' : { ...types, ...others }[what],
      data: { success: what !== 'failed' },
      ...{ offset: 0, id: undefined, atMs: 0, thread: 'main' },
    }));
    const shown = leg.flatMap((count, at) => (typeof count === 'number' ? [{ at, count }] : []));
    const compactions = leg.flatMap((what, at) => (what === 'compact' ? [{ at, count: compaction }] : []));
    const reset = resetIn(events, -1, leg.length, { shown, compactions, growth: now - before, whole: now });
    return reset && [reset.from + 1, reset.holdsCompaction];
  };
  const cases: [name: string, leg: Leg, sums: [number, number], from: [number, boolean] | undefined][] = [
    ['go on', [30, 'compact', 60], [90, 180], undefined],
    ['go on and hold the compaction', [30, 'compact', 60], [90, 180 + compaction], undefined],
    ['begin anew', [30, 'compact', 60, 70], [90, 130], [1, false]],
    ['begin anew at the last of several', [30, 'compact', 60, 'compact', 70, 80], [90, 150], [3, false]],
    ['begin anew and hold the compaction', [30, 'compact', 60], [90, 60 + compaction], [1, true]],
    ['begin anew though one call is not shown', [500, 'compact', 600], [900, 620], [1, false]],
    ['begin anew at the beginning', ['resume', 30, 'compact', 60], [90, 90], [0, false]],
    ['are the same either way', ['compact', 60], [0, 60], undefined],
    ['go on after what failed', [30, 'failed', 60], [90, 60], undefined],
    ['prove nothing where something was taken back', [30, 'compact', 60, 'rewind'], [90, 60], undefined],
    ['prove nothing for a process that broke off', [30, 'compact', 60, 'resume', 20], [90, 20], undefined],
    ['prove nothing where none are stated', [30, 'compact', 60], [90, 0], undefined],
  ];
  for (const [name, leg, sums, from] of cases) it(name, () => assert.deepEqual(told(leg, sums), from));
});

describe('the database of Copilot CLI', () => {
  const NOW_S = 1_790_000_000;
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'atm-copilot-'));
    mkdirSync(join(home, 'session-state', 'a'), { recursive: true });
  });
  after(() => rmSync(home, { recursive: true, force: true }));
  const put = (path: string, writtenS: number): string => {
    const whole = join(home, path);
    writeFileSync(whole, '');
    utimesSync(whole, writtenS, writtenS);
    return whole;
  };

  it('belongs to a session while rows of it may still come, and not for good', () => {
    const path = put('session-state/a/events.jsonl', NOW_S);
    const file: TranscriptFile = { path, relativePath: 'a/events.jsonl', root: join(home, 'session-state') };
    const companions = () => copilotCli.companions?.(file);
    assert.deepEqual(companions(), []);
    const database = put('session-store.db', NOW_S + 60);
    assert.deepEqual(companions(), [database]);
    put('session-store.db', NOW_S + 3600);
    assert.deepEqual(companions(), []);
    put('session-store.db', NOW_S - 3600);
    assert.deepEqual(companions(), [database]);
    put('session-store.db-wal', NOW_S + 3600);
    assert.deepEqual(companions(), []);
  });
});

describe('tools of Copilot CLI', () => {
  const cases: [name: string, args: unknown, expected: string][] = [
    ['view', { path: '/a/b.ts' }, 'read /a/b.ts'],
    ['bash', { command: 'cd x && TOKEN=hidden git diff --stat' }, 'bash git diff'],
    ['read_bash', { shellId: '3' }, 'bash '],
    ['stop_powershell', {}, 'bash '],
    ['str_replace_editor', { command: 'view', path: '/a' }, 'read /a'],
    ['str_replace_editor', { command: 'create', path: '/a' }, 'write /a'],
    ['str_replace_editor', { command: 'str_replace', path: '/a' }, 'edit /a'],
    ['apply_patch', '*** Begin Patch\n*** Update File: src/a.ts\n', 'edit src/a.ts'],
    ['task', { agent_type: 'explore', prompt: 'hidden' }, 'task explore'],
    ['web_fetch', { url: 'https://example.com/a?hidden' }, 'web example.com'],
    ['github-mcp-server-search_issues', {}, 'mcp:github-mcp-server search_issues'],
    ['github-mcp-server/get_commit', {}, 'mcp:github-mcp-server get_commit'],
    ['report_intent', { intent: 'hidden' }, 'other '],
    ['constructor', 'hidden', 'other '],
  ];
  for (const [name, args, expected] of cases) {
    it(`of ${name} ${JSON.stringify(args)}`, () => {
      const tool = copilotTool(name, args);
      assert.equal(`${tool.kind} ${tool.target ?? ''}`, expected);
    });
  }

  it('takes the server of an MCP tool where it is stated', () =>
    assert.deepEqual(copilotTool('docs-find', {}, 'my-docs', 'find'), {
      name: 'docs-find',
      kind: 'mcp:my-docs',
      target: 'find',
    }));
});
