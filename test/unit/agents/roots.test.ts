import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { amp } from '../../../src/agents/amp.ts';
import { claudeCode } from '../../../src/agents/claudeCode.ts';
import { codex } from '../../../src/agents/codex.ts';
import { copilotChat } from '../../../src/agents/copilotChat.ts';
import { copilotCli } from '../../../src/agents/copilotCli.ts';
import { crush } from '../../../src/agents/crush.ts';
import { droid } from '../../../src/agents/droid.ts';
import { goose } from '../../../src/agents/goose.ts';
import { kimi } from '../../../src/agents/kimi.ts';
import { pi } from '../../../src/agents/pi.ts';
import { AGENTS_WITHOUT_TOKENS } from '../../../src/agents/withoutTokens.ts';
import type { LookupPlace, Root } from '../../../src/transcripts/root.ts';

describe('where agents keep their transcripts', () => {
  const home = join('/', 'home', 'dev');
  const place = (extra: Partial<LookupPlace> = {}): LookupPlace => ({ home, env: {}, platform: 'linux', ...extra });
  const told = (roots: Root[]) =>
    roots.map((root) => [root.path.replaceAll('\\', '/'), ...(root.account ? [root.account] : [])]);

  const claude: [name: string, extra: Partial<LookupPlace>, roots: string[][]][] = [
    [
      'by default',
      {},
      [
        ['/home/dev/.claude/projects'],
        ['/home/dev/.config/claude/projects'],
        ['/home/dev/.config/Claude/local-agent-mode-sessions'],
      ],
    ],
    [
      'with a configuration home',
      { env: { XDG_CONFIG_HOME: '/cfg' } },
      [['/home/dev/.claude/projects'], ['/cfg/claude/projects'], ['/cfg/Claude/local-agent-mode-sessions']],
    ],
    [
      'with several folders, one of them the projects folder itself',
      { env: { CLAUDE_CONFIG_DIR: '/own, ~/.claude ,/other/projects/' } },
      [
        ['/own/projects', '/own'],
        ['/home/dev/.claude/projects'],
        ['/other/projects', '/other'],
        ['/home/dev/.config/Claude/local-agent-mode-sessions'],
      ],
    ],
    [
      'as the user set it, whatever the environment says',
      { env: { CLAUDE_CONFIG_DIR: '/own' }, configured: ['/mine'] },
      [['/mine/projects', '/mine']],
    ],
    [
      'on macOS',
      { platform: 'darwin' },
      [
        ['/home/dev/.claude/projects'],
        ['/home/dev/.config/claude/projects'],
        ['/home/dev/Library/Application Support/Claude/local-agent-mode-sessions'],
      ],
    ],
  ];
  for (const [name, extra, roots] of claude) {
    it(`Claude Code ${name}`, () => assert.deepEqual(told(claudeCode.roots(place(extra))), roots));
  }

  const codexCases: [name: string, extra: Partial<LookupPlace>, roots: string[][]][] = [
    ['by default', {}, [['/home/dev/.codex/sessions'], ['/home/dev/.codex/archived_sessions']]],
    [
      'with CODEX_HOME',
      { env: { CODEX_HOME: '/cx' } },
      [
        ['/cx/sessions', '/cx'],
        ['/cx/archived_sessions', '/cx'],
      ],
    ],
    [
      'as set to its sessions folder',
      { configured: ['/cx/sessions'] },
      [
        ['/cx/sessions', '/cx'],
        ['/cx/archived_sessions', '/cx'],
      ],
    ],
  ];
  for (const [name, extra, roots] of codexCases) {
    it(`Codex ${name}`, () => assert.deepEqual(told(codex.roots(place(extra))), roots));
  }

  const copilotCases: [name: string, extra: Partial<LookupPlace>, roots: string[][]][] = [
    ['by default', {}, [['/home/dev/.copilot/session-state'], ['/home/dev/.copilot/history-session-state']]],
    [
      'with COPILOT_HOME',
      { env: { COPILOT_HOME: '/cp' } },
      [
        ['/cp/session-state', '/cp'],
        ['/cp/history-session-state', '/cp'],
      ],
    ],
    [
      'as set to its sessions folder',
      { configured: ['/cp/session-state'] },
      [
        ['/cp/session-state', '/cp'],
        ['/cp/history-session-state', '/cp'],
      ],
    ],
  ];
  for (const [name, extra, roots] of copilotCases) {
    it(`Copilot CLI ${name}`, () => assert.deepEqual(told(copilotCli.roots(place(extra))), roots));
  }

  const piCases: [name: string, extra: Partial<LookupPlace>, roots: string[][]][] = [
    ['by default', {}, [['/home/dev/.pi/agent/sessions']]],
    ['with its folder moved', { env: { PI_CODING_AGENT_DIR: '~/x' } }, [['/home/dev/x/sessions', '/home/dev/x']]],
    [
      'with its sessions moved',
      { env: { PI_CODING_AGENT_SESSION_DIR: '/s' } },
      [['/home/dev/.pi/agent/sessions'], ['/s']],
    ],
    [
      'as set',
      { configured: ['/p', '/q/sessions/'], env: { PI_CODING_AGENT_DIR: '/x' } },
      [
        ['/p/sessions', '/p'],
        ['/q/sessions', '/q'],
      ],
    ],
  ];
  for (const [name, extra, roots] of piCases) {
    it(`pi ${name}`, () => assert.deepEqual(told(pi.roots(place(extra))), roots));
  }

  const kimiCases: [name: string, extra: Partial<LookupPlace>, roots: string[][]][] = [
    ['by default', {}, [['/home/dev/.kimi-code/sessions'], ['/home/dev/.kimi/sessions']]],
    [
      'with both generations moved',
      { env: { KIMI_CODE_HOME: '/kc', KIMI_SHARE_DIR: '/ks' } },
      [
        ['/kc/sessions', '/kc'],
        ['/ks/sessions', '/ks'],
      ],
    ],
    ['as set', { configured: ['/k/sessions'] }, [['/k/sessions', '/k']]],
  ];
  for (const [name, extra, roots] of kimiCases) {
    it(`Kimi ${name}`, () => assert.deepEqual(told(kimi.roots(place(extra))), roots));
  }

  const single: [
    agent: { label: string; roots(place: LookupPlace): Root[] },
    extra: Partial<LookupPlace>,
    roots: string[][],
  ][] = [
    [amp, {}, [['/home/dev/.local/share/amp/threads']]],
    [amp, { env: { XDG_DATA_HOME: '/data' } }, [['/data/amp/threads']]],
    [amp, { configured: ['/a/threads/'] }, [['/a/threads', '/a']]],
    [droid, {}, [['/home/dev/.factory/sessions']]],
    [droid, { configured: ['~/f'] }, [['/home/dev/f/sessions', '/home/dev/f']]],
    [goose, {}, [['/home/dev/.local/share/goose/sessions'], ['/home/dev/.local/share/Block/goose/sessions']]],
    [goose, { env: { GOOSE_PATH_ROOT: '/g' } }, [['/g/data/sessions']]],
    [goose, { configured: ['/g/sessions'] }, [['/g/sessions', '/g']]],
    [crush, {}, [['/home/dev/.local/share/crush']]],
    [crush, { env: { CRUSH_GLOBAL_DATA: '/c' } }, [['/c']]],
    [
      copilotChat,
      { configured: ['/u/User'] },
      [
        ['/u/User/workspaceStorage'],
        ['/u/User/globalStorage/emptyWindowChatSessions'],
        ['/u/User/globalStorage/transferredChatSessions'],
      ],
    ],
  ];
  for (const [agent, extra, roots] of single) {
    it(`${agent.label} with ${JSON.stringify(extra)}`, () => assert.deepEqual(told(agent.roots(place(extra))), roots));
  }

  it('VS Code Copilot Chat in all editors, on this machine and on servers', () => {
    const roots = told(copilotChat.roots(place())).flat();
    for (const user of ['.config/Code/User', '.config/VSCodium/User', '.vscode-server/data/User'])
      assert.ok(roots.includes(`/home/dev/${user}/workspaceStorage`), user);
    const mac = told(copilotChat.roots(place({ platform: 'darwin' }))).flat();
    assert.ok(mac.includes('/home/dev/Library/Application Support/Code - Insiders/User/workspaceStorage'));
  });

  it('Crush in the projects of its registry', () => {
    const data = mkdtempSync(join(tmpdir(), 'atm-crush-'));
    const project = join(data, 'shop');
    const registries: [written: string, folders: string[]][] = [
      [JSON.stringify({ projects: [{ path: project, data_dir: join(project, '.crush') }] }), [join(project, '.crush')]],
      [JSON.stringify([{ path: project }, { path: 'relative' }, 7]), [join(project, '.crush')]],
      [JSON.stringify({ x: { path: project, data_dir: 'own' } }), [join(project, 'own')]],
      ['{', []],
    ];
    for (const [written, folders] of registries) {
      writeFileSync(join(data, 'projects.json'), written);
      const roots = crush.roots(place({ env: { CRUSH_GLOBAL_DATA: data } })).map((root) => root.path);
      assert.deepEqual(roots, [data, ...folders]);
    }
    rmSync(data, { recursive: true });
  });

  it('no agent both counts tokens and is said to have none', () => {
    const counted = new Set(ALL_AGENTS.map((agent) => agent.id));
    for (const agent of AGENTS_WITHOUT_TOKENS) {
      assert.ok(!counted.has(agent.id), agent.id);
      assert.ok(agent.reason !== '' && agent.roots(place()).length > 0, agent.id);
    }
  });

  const id = '0c47c1a4-5c3f-40b3-8425-ee7618e5135d';
  const paths: [path: string, isClaude: boolean][] = [
    [`-home-dev/${id}.jsonl`, true],
    ['-home-dev/agent-a1b2.jsonl', true],
    [`-home-dev/${id}/subagents/agent-a1b2.jsonl`, true],
    [`-home-dev/${id}/subagents/workflows/wf_1/agent-a1b2.jsonl`, true],
    [`-home-dev/${id}/subagents/workflows/wf_1/journal.jsonl`, false],
    [`-home-dev/${id}/${id}.jsonl`, true],
    ['-home-dev/notes/x.jsonl', false],
    [`-home-dev/${id}/tool-results/x.jsonl`, false],
    ['history.jsonl', false],
    [`-home-dev/${id}.json`, false],
    [`x/y/.claude/projects/-home-dev/${id}.jsonl`, true],
  ];
  for (const [path, isClaude] of paths) {
    it(`${isClaude ? 'takes' : 'leaves'} ${path}`, () => assert.equal(claudeCode.isTranscript(path), isClaude));
  }

  it('refuses a state of another shape', () => {
    const file = { path: '/x/a/b.jsonl', relativePath: 'a/b.jsonl', root: '/x' };
    assert.equal(claudeCode.open(file, { shape: 0 }), undefined);
    assert.equal(codex.open(file, { shape: 0 }), undefined);
    assert.equal(pi.open(file, { shape: 0 }), undefined);
    assert.equal(kimi.open(file, { shape: 0 }), undefined);
  });
});
