import assert from 'node:assert/strict';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { AgentFile } from '../../../src/engine/agentFile.ts';
import { filesOf, fileTable, sharedFileAt } from '../../../src/engine/fileTable.ts';

const [claude, codex] = ['claude-code', 'codex'].map((id) => ALL_AGENTS.find((agent) => agent.id === id));
assert(claude && codex);

const root = path.resolve('/home/ada/.claude/projects');
function found(relativePath: string, mtimeMs: number, more: Partial<AgentFile> & { account?: string } = {}): AgentFile {
  const { account, ...flags } = more;
  return {
    agent: claude as NonNullable<typeof claude>,
    file: {
      path: path.join(root, ...relativePath.split('/')),
      relativePath,
      root,
      account,
      facts: { size: 2 ** 40, mtimeMs, ino: '18446744073709551615' },
    },
    unreadBytes: 2 ** 40,
    isNew: true,
    isDoubted: false,
    ...flags,
  };
}

describe('a table of files', () => {
  const files = [
    found('-srv-app/a.jsonl', 1_790_000_000_123),
    found('-srv-app/"\u{1f600} é\u2028 b.jsonl', 1_790_000_000_125, { isNew: false, unreadBytes: 7 }),
    found('b.jsonl', 1_790_000_000_124, { agent: codex, account: 'work', isDoubted: true, unreadBytes: 0 }),
    found('-srv-app/a.jsonl', 1_790_000_000_124, { agent: codex }),
  ];
  const table = fileTable();
  for (const file of files) table.add(file);

  it('gives the files as they were put in', () => {
    assert.deepEqual([...filesOf(table)], files);
    assert.equal(table.at(files.length), undefined);
  });

  it('orders them by time, equal ones as they came', () => {
    const ordered = fileTable();
    for (const file of files) ordered.add(file);
    ordered.newestFirst();
    assert.deepEqual([...filesOf(ordered)], [files[1], files[2], files[3], files[0]]);
  });

  it('gives a part of them, which grows by itself', () => {
    const some = table.filter(({ agent }, index) => agent === codex && index !== 2);
    assert.deepEqual([...filesOf(some)], [files[3]]);
    some.add(found('late.jsonl', 1));
    assert.deepEqual([...filesOf(some)], [files[3], found('late.jsonl', 1)]);
    assert.equal(table.length, files.length);
    assert.equal(table.unreadBytes(), 2 * 2 ** 40 + 7);
    const fresh = table.filter(({ isNew, size }) => isNew && size === 2 ** 40);
    assert.deepEqual([...filesOf(fresh)], [files[0], files[2], files[3]]);
  });

  it('tells other threads the same', () => {
    const some = table.filter((_, index) => index > 0);
    assert.deepEqual(
      [0, 1, 2].map((index) => sharedFileAt(structuredClone(some.shared()), index)),
      files.slice(1).map(({ agent, file }) => ({ agentId: agent.id, file })),
    );
  });

  it('holds very many', () => {
    const many = fileTable();
    for (let n = 0; n < 20_000; n++) many.add(found(`p${n % 60}/${n}.jsonl`, 1_000_000 + n));
    many.newestFirst();
    assert.deepEqual(many.at(0), found('p19/19999.jsonl', 1_019_999));
    assert.deepEqual(many.at(19_999), found('p0/0.jsonl', 1_000_000));
  });
});
