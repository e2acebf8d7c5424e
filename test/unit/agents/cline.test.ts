import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '../../../src/agents/agent.ts';
import { cline, kiloCode, rooCode } from '../../../src/agents/cline.ts';
import { clineTimeMs } from '../../../src/agents/clineTime.ts';
import { clineTool, xmlTool } from '../../../src/agents/clineTools.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import type { LookupPlace } from '../../../src/transcripts/root.ts';
import { readHome } from './readHome.ts';

describe('where Cline and its relatives keep tasks', () => {
  const told = (agent: typeof cline, extra: Partial<LookupPlace> = {}) =>
    agent
      .roots({ home: '/home/dev', env: {}, platform: 'linux', ...extra })
      .map((root) => root.path.replaceAll('\\', '/'));

  const cases: [name: string, agent: typeof cline, extra: Partial<LookupPlace>, among: string[]][] = [
    [
      'Cline',
      cline,
      {},
      [
        '/home/dev/.config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks',
        '/home/dev/.vscode-server/data/User/globalStorage/saoudrizwan.claude-dev/tasks',
        '/home/dev/.cline/data/tasks',
        '/home/dev/.cline/data/sessions',
      ],
    ],
    [
      'Cline on macOS',
      cline,
      { platform: 'darwin' },
      ['/home/dev/Library/Application Support/Cursor/User/globalStorage/saoudrizwan.claude-dev/tasks'],
    ],
    [
      'Cline with folders of its own',
      cline,
      { env: { CLINE_DIR: '/c', CLINE_SESSION_DATA_DIR: '/s' } },
      ['/c/data/tasks', '/s'],
    ],
    ['Cline with a data folder', cline, { env: { CLINE_DATA_DIR: '/d' } }, ['/d/tasks', '/d/sessions']],
    [
      'Roo Code on Windows',
      rooCode,
      { platform: 'win32', env: { APPDATA: '/roaming' } },
      ['/roaming/Code - Insiders/User/globalStorage/rooveterinaryinc.roo-cline/tasks'],
    ],
    ['Kilo Code', kiloCode, {}, ['/home/dev/.config/VSCodium/User/globalStorage/kilocode.kilo-code/tasks']],
  ];
  for (const [name, agent, extra, among] of cases) {
    it(name, () => {
      const roots = told(agent, extra);
      for (const path of among) assert.ok(roots.includes(path), path);
      assert.equal(new Set(roots).size, roots.length);
    });
  }

  it('as set, and nowhere else', () => {
    assert.deepEqual(told(cline, { configured: ['~/x', '/y/tasks'] }), [
      '/home/dev/x/tasks',
      '/home/dev/x/sessions',
      '/y/tasks',
    ]);
  });

  it("in the folder that the editor's settings name", () => {
    const home = mkdtempSync(join(tmpdir(), 'roo-'));
    try {
      const user = join(home, '.config', 'Code', 'User');
      mkdirSync(user, { recursive: true });
      writeFileSync(
        join(user, 'settings.json'),
        '{\n  // a comment\n  "roo-cline.customStoragePath": "/else/where",\n}',
      );
      assert.ok(told(rooCode, { home }).includes('/else/where/tasks'));
      assert.ok(!told(kiloCode, { home }).includes('/else/where/tasks'));
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  const paths: [path: string, isClines: boolean, isRoos: boolean][] = [
    ['1700000000000/ui_messages.json', true, true],
    ['1700000000000/claude_messages.json', true, true],
    ['1700000000000/api_conversation_history.json', false, false],
    ['s1/s1.messages.json', true, false],
    ['s1/s1.json', true, false],
    ['s1/s2.json', false, false],
    ['s1/deep/s1.messages.json', false, false],
  ];
  for (const [path, ...expected] of paths) {
    it(`tells whose ${path} is`, () =>
      assert.deepEqual(
        [cline, rooCode].map((agent) => agent.isTranscript(path)),
        expected,
      ));
  }
});

describe('tasks and sessions caught while they are written', () => {
  const read = (name: string, text: string | undefined) => {
    const path = `/r/t1/${name}`;
    const disk: Disk = {
      read: (wanted) => (wanted === path && text !== undefined ? Buffer.from(text) : undefined),
      list: () => [],
      database: () => undefined,
    };
    return cline.read({ path, relativePath: `t1/${name}`, root: '/r' }, disk)?.map((reading) => reading.outcome);
  };
  const cases: [name: string, text: string | undefined, outcomes: string[] | undefined][] = [
    ['ui_messages.json', undefined, undefined],
    ['ui_messages.json', '', undefined],
    ['ui_messages.json', '[{"ts":1,"type":"say"', undefined],
    ['ui_messages.json', '[{"ts":1,]', ['rejected']],
    ['ui_messages.json', '[]', ['read']],
    ['t1.messages.json', '{"messages":[{"ts"', undefined],
    ['t1.messages.json', '{"messages":7}', ['rejected']],
    ['t1.messages.json', '[]', ['read']],
  ];
  for (const [name, text, outcomes] of cases)
    it(`${name} with ${text ?? 'nothing'}`, () => assert.deepEqual(read(name, text), outcomes));
});

describe('a session whose messages are gone', () => {
  const fixtures = join(import.meta.dirname, '../../fixtures/agents/cline');
  const ALL = { window: 'all', timeZone: 'America/New_York', nowMs: Date.UTC(2026, 10, 22, 12) } as const;
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'cline-'));
    cpSync(join(fixtures, 'session-subagents/home'), home, { recursive: true });
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it('is told by its manifest as long as nothing else tells it, and never twice', async () => {
    const session = '1795309086235_2qkn9';
    const messages = join(home, '.cline/data/sessions', session, `${session}.messages.json`);
    const engine = await createLocalEngine({ agents: [cline], place: { home, env: {}, platform: 'linux' } });
    const told = async (): Promise<[listed: number, unlisted: number]> => {
      await engine.sweep();
      const { totals, unlisted } = await engine.usage(ALL);
      return [totals.total_tokens, (unlisted ?? []).reduce((sum, row) => sum + row.total_tokens, 0)];
    };
    try {
      renameSync(messages, `${messages}.away`);
      // Subagents are listed all the while.
      assert.deepEqual(await told(), [23_643, 19_363]);
      renameSync(`${messages}.away`, messages);
      assert.deepEqual(await told(), [43_006, 0]);
      renameSync(messages, `${messages}.away`);
      assert.deepEqual(await told(), [43_006, 0]);
    } finally {
      await engine.dispose();
    }
  });

  it('has the sum that its manifest states, without what no manifest can state', () => {
    const { events } = readHome(join(fixtures, 'session-sum/home'), [cline]);
    const sums = events.flatMap((event) =>
      event.type === 'unlisted' ? [[event.sessionId, event.usage] as const] : [],
    );
    assert.deepEqual(sums.map(([id, { input, cacheRead, output }]) => [id, input, cacheRead, output]).sort(), [
      ['g1', 2000, 3000, 60],
      ['g2', 3000, 4000, 80],
      ['g4', 1500, 1100, 40],
    ]);
  });
});

describe("times of Cline's messages", () => {
  const cases: [value: unknown, atMs: number | undefined][] = [
    [1_760_000_000_000, 1_760_000_000_000],
    [1_760_000_000, 1_760_000_000_000],
    [1_760_000_003.25, 1_760_000_003_250],
    ['2026-11-22T00:58:06.240Z', Date.UTC(2026, 10, 22, 0, 58, 6, 240)],
    [-1, undefined],
    ['soon', undefined],
    [undefined, undefined],
  ];
  for (const [value, atMs] of cases) it(`from ${value}`, () => assert.equal(clineTimeMs(value), atMs));

  it('are of this century in sessions and tasks alike', () => {
    const home = join(import.meta.dirname, '../../fixtures/agents/cline/times-in-seconds/home');
    const times = readHome(home, [cline]).events.flatMap((event) => ('atMs' in event ? [event.atMs] : []));
    assert.equal(times.length, 5);
    for (const atMs of times) assert.equal(new Date(atMs).toISOString().slice(0, 15), '2025-10-09T08:5');
  });
});

describe("Cline's tools", () => {
  const cases: [name: string, input: Record<string, unknown>, kind: string, target: string | undefined][] = [
    ['read_file', { path: 'src/a.ts' }, 'read', 'src/a.ts'],
    ['read_files', { files: [{ path: 'src/a.ts' }, { path: 'src/b.ts' }] }, 'read', 'src/a.ts'],
    ['write_to_file', { path: 'a.md', content: 'secret' }, 'write', 'a.md'],
    ['replace_in_file', { path: 'a.md' }, 'edit', 'a.md'],
    ['run_commands', { commands: ['cd x && npm test'] }, 'bash', 'npm test'],
    ['run_commands', { commands: [{ command: 'git', args: ['x'] }] }, 'bash', 'git'],
    ['execute_command', { command: 'TOKEN=secret curl -H secret' }, 'bash', 'curl'],
    ['browser_action', { action: 'launch', url: 'https://docs.example.com/?q=secret' }, 'web', 'docs.example.com'],
    ['use_mcp_tool', { server_name: 'github', tool_name: 'search' }, 'mcp:github', 'search'],
    ['mcp--github--search', {}, 'mcp:github', 'search'],
    ['github__search', {}, 'mcp:github', 'search'],
    ['new_task', { mode: 'code', message: 'secret' }, 'task', 'code'],
    ['constructor', {}, 'other', undefined],
  ];
  for (const [name, input, kind, target] of cases) {
    it(`${name} ${JSON.stringify(input)}`, () => {
      const tool = clineTool(name, input);
      assert.deepEqual([tool.kind, tool.target], [kind, target]);
    });
  }

  it('written as XML', () => {
    assert.deepEqual(xmlTool('read_file', '<read_file><args><file><path>src/a.ts</path></file></args></read_file>'), {
      name: 'read_file',
      kind: 'read',
      target: 'src/a.ts',
    });
  });
});
