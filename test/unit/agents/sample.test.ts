import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { countRequests, readHome } from './readHome.ts';
import { summarise } from './summary.ts';

type PlaceSample = (home: string, options: { nowMs: number; workspace?: string }) => number;

describe('the bundled sample', () => {
  const nowMs = Date.parse('2027-03-01T07:30:00.000Z');
  const workspace = '/home/someone/their shop';
  let home: string;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'sample-'));
    const script = pathToFileURL(join(import.meta.dirname, '../../fixtures/placeSample.mjs')).href;
    const { placeSample } = (await import(script)) as { placeSample: PlaceSample };
    placeSample(home, { nowMs, workspace });
  });
  after(() => rmSync(home, { recursive: true }));

  it('is read without a remainder, by every agent', () => {
    const { unknown, rejected, threads, calls } = summarise(readHome(home));
    assert.deepEqual({ unknown, rejected }, { unknown: {}, rejected: {} });
    assert.ok(Object.keys(threads).length > 15);
    for (const kind of ['read', 'edit', 'write', 'bash', 'search', 'web', 'task', 'todo', 'mcp:linear'])
      assert.ok(calls[kind], kind);
  });

  it('ends a minute before now, in the given workspace', () => {
    const { events } = readHome(home);
    const requests = [...countRequests(events).values()].sort((a, b) => a.first.atMs - b.first.atMs);
    const newest = requests.at(-1)?.first;
    assert.ok(newest && nowMs - newest.atMs >= 60_000 && nowMs - newest.atMs < 180_000);
    const session = events.find((event) => event.type === 'session' && event.sessionId === newest.sessionId);
    assert.equal(session?.type === 'session' && session.workspace, workspace);
    const days = new Set(requests.map((request) => Math.floor(request.first.atMs / 86_400_000)));
    assert.ok(days.size >= 8, `${days.size} days`);
  });

  it('states quotas that have not ended yet', () => {
    const limits = readHome(home).events.flatMap((event) => (event.type === 'limit' ? [event] : []));
    assert.deepEqual(
      [...new Set(limits.map((limit) => limit.windowMinutes))].sort((a, b) => a - b),
      [300, 10_080],
    );
    for (const limit of limits) assert.ok((limit.resetsAtMs ?? 0) > nowMs);
  });
});
