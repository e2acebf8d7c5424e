import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEvent, TokenUsage } from '../../../src/agents/event.ts';
import { geminiCli, geminiCliDocuments } from '../../../src/agents/geminiCli.ts';
import { ON_DISK } from '../../../src/agents/geminiCliFiles.ts';
import { geminiTool } from '../../../src/agents/geminiTools.ts';
import { eventUsage, metadataUsage, summaryUsage, type ThoughtsPlace } from '../../../src/agents/geminiUsage.ts';
import { qwenCode, qwenCodeDocuments } from '../../../src/agents/qwenCode.ts';
import { qwenProvider } from '../../../src/agents/qwenCodeModel.ts';
import { seenMarks } from '../../../src/agents/seenMarks.ts';
import type { LookupPlace } from '../../../src/transcripts/root.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
const told = (usage: TokenUsage | undefined): string | undefined =>
  usage && `${usage.input}+${usage.cacheRead} ${usage.output}(${usage.reasoning})`;

describe('usage of the Gemini family', () => {
  const summaries: [name: string, tokens: object, place: ThoughtsPlace, usage: string | undefined][] = [
    ['thoughts beside, as the total tells', { input: 9, output: 4, thoughts: 3, total: 16 }, 'inside', '9+0 7(3)'],
    ['thoughts inside, as the total tells', { input: 9, output: 4, thoughts: 3, total: 13 }, 'beside', '9+0 4(3)'],
    ['no total: as its maker does', { input: 9, output: 4, thoughts: 3 }, 'beside', '9+0 7(3)'],
    ['no total: as others do', { input: 9, output: 4, thoughts: 3, total: 0 }, 'inside', '9+0 4(3)'],
    ['more thoughts than output', { input: 9, output: 4, thoughts: 5 }, 'inside', '9+0 9(5)'],
    ['tool prompt beside', { input: 9, output: 4, tool: 6, total: 19 }, 'beside', '15+0 4(0)'],
    ['tool prompt inside', { input: 9, output: 4, tool: 6, total: 13 }, 'beside', '9+0 4(0)'],
    ['both beside', { input: 9, output: 4, thoughts: 3, tool: 6, total: 22 }, 'beside', '15+0 7(3)'],
    ['cached', { input: 9, output: 4, cached: 8, total: 13 }, 'beside', '1+8 4(0)'],
    ['more cached than sent', { input: 9, output: 4, cached: 80 }, 'beside', '0+9 4(0)'],
    ['nulls', { input: 9, output: null, cached: null }, 'beside', '9+0 0(0)'],
    ['a fraction', { input: 9.5 }, 'beside', undefined],
    ['a negative count', { input: 9, output: -4 }, 'beside', undefined],
    ['an absurd count', { input: 2 ** 41 }, 'beside', undefined],
  ];
  for (const [name, tokens, place, usage] of summaries)
    it(name, () => assert.equal(told(summaryUsage(tokens, place)), usage));

  it('is the same in a row and in telemetry', () => {
    const row = {
      promptTokenCount: 9,
      candidatesTokenCount: 4,
      thoughtsTokenCount: 3,
      cachedContentTokenCount: 2,
      totalTokenCount: 13,
    };
    const event = {
      input_token_count: 9,
      output_token_count: 4,
      thoughts_token_count: 3,
      cached_content_token_count: 2,
      total_token_count: 13,
    };
    assert.equal(told(metadataUsage(row, 'inside')), '7+2 4(3)');
    assert.deepEqual(metadataUsage(row, 'inside'), eventUsage(event, 'inside'));
  });
});

describe('tools of the Gemini family', () => {
  const tools: [name: string, args: Record<string, unknown>, told: string][] = [
    ['read_file', { absolute_path: '/a' }, 'read /a'],
    ['read_many_files', { paths: ['a', 'b'] }, 'read undefined'],
    ['read_many_files', { include: ['a'] }, 'read a'],
    ['list_directory', { dir_path: 'src' }, 'read src'],
    ['replace', { file_path: '/a' }, 'edit /a'],
    ['write_file', { file_path: '/a\n' }, 'write undefined'],
    ['run_shell_command', { command: 'cd a && npm test -- --token=hidden' }, 'bash npm test'],
    ['search_file_content', { pattern: 'hidden', path: 'src' }, 'search src'],
    ['google_web_search', { query: 'hidden' }, 'web undefined'],
    ['web_fetch', { prompt: 'read https://me:hidden@a.example:80/x?y=hidden' }, 'web a.example'],
    ['web_fetch', { url: 'http://b.example/x' }, 'web b.example'],
    ['invoke_agent', { agent_name: 'planner', prompt: 'hidden' }, 'task planner'],
    ['agent', { subagent_type: 'Explore' }, 'task Explore'],
    ['codebase_investigator', { objective: 'hidden' }, 'task codebase_investigator'],
    ['write_todos', {}, 'todo undefined'],
    ['tracker_create_task', {}, 'todo undefined'],
    ['save_memory', { fact: 'hidden' }, 'other undefined'],
    ['mcp__a_b__c', {}, 'mcp:a_b c'],
    ['mcp_docs_find_all', {}, 'mcp:docs find_all'],
    ['docs__find', {}, 'mcp:docs find'],
    ['constructor', {}, 'other undefined'],
  ];
  for (const [name, args, expected] of tools) {
    it(`${name} ${JSON.stringify(args)}`, () => {
      const { kind, target } = geminiTool(name, args);
      assert.equal(`${kind} ${target}`, expected);
    });
  }
});

describe('Gemini CLI and Qwen Code', () => {
  const home = join('/', 'home', 'dev');
  const roots: [agent: typeof geminiCli | typeof qwenCodeDocuments, extra: Partial<LookupPlace>, roots: string[]][] = [
    [geminiCli, {}, ['/home/dev/.gemini/tmp']],
    [geminiCliDocuments, { env: { GEMINI_CLI_HOME: '~/g' } }, ['/home/dev/g/.gemini/tmp /home/dev/g/.gemini']],
    [
      geminiCli,
      { configured: ['/x/.gemini/tmp/', '~/.gemini'] },
      ['/x/.gemini/tmp /x/.gemini', '/home/dev/.gemini/tmp'],
    ],
    [qwenCode, {}, ['/home/dev/.qwen/projects']],
    [qwenCodeDocuments, {}, ['/home/dev/.qwen/tmp']],
    [qwenCode, { env: { QWEN_HOME: '/q', QWEN_RUNTIME_DIR: '/r' } }, ['/r/projects /r']],
    [qwenCode, { env: { QWEN_HOME: '/q' } }, ['/q/projects /q']],
    [qwenCodeDocuments, { configured: ['/q/projects'] }, ['/q/tmp /q']],
  ];
  for (const [agent, extra, expected] of roots) {
    it(`${agent.id} looks into ${expected}`, () => {
      const found = agent.roots({ home, env: {}, platform: 'linux', ...extra });
      assert.deepEqual(
        found.map(({ path, account }) => [path, account].filter(Boolean).join(' ').replaceAll('\\', '/')),
        expected,
      );
    });
  }

  const paths: [agent: { isTranscript(path: string): boolean }, path: string, isOne: boolean][] = [
    [geminiCli, 'slug/chats/session-2026-01-01T00-00-12345678.jsonl', true],
    [geminiCli, 'slug/chats/parent/child.jsonl', true],
    [geminiCli, 'slug/chats/session-2026-01-01T00-00-12345678.json', false],
    [geminiCli, 'slug/other.jsonl', false],
    [geminiCliDocuments, 'slug/chats/session-2026-01-01T00-00-12345678.json', true],
    [geminiCliDocuments, 'slug/logs.json', false],
    [geminiCliDocuments, 'slug/checkpoint-a.json', false],
    [qwenCode, '-a/chats/b.jsonl', true],
    [qwenCode, '-a/chats/archive/b.jsonl', true],
    [qwenCode, '-a/archive/b.jsonl', true],
    [qwenCode, '-a/subagents/b/agent-c.jsonl', true],
    [qwenCode, '-a/subagents/b/run/agent-c.jsonl', true],
    [qwenCode, '-a/subagents/b/agent-c.meta.json', false],
    [qwenCode, '-a/memory/b.jsonl', false],
    [qwenCode, 'usage_record.jsonl', false],
    [qwenCodeDocuments, 'hash/chats/session-1.json', true],
    [qwenCodeDocuments, 'hash/logs.json', false],
  ];
  for (const [agent, path, isOne] of paths)
    it(`${isOne ? 'take' : 'leave'} ${path}`, () => assert.equal(agent.isTranscript(path), isOne));

  const disk = { ...ON_DISK, database: () => undefined };
  const [document] = transcripts(join(FIXTURES, 'gemini-cli/migrated/home'), geminiCliDocuments);
  assert.ok(document);

  it('place each message of a document', () => {
    const bytes = readFileSync(document.path);
    const readings = geminiCliDocuments.read(document, disk) ?? [];
    const requests = readings.flatMap(({ events, offset }) =>
      events.flatMap((event) => (event.type === 'request' ? [{ id: event.messageId ?? '', offset }] : [])),
    );
    assert.equal(requests.length, 6);
    for (const { id, offset } of requests)
      assert.equal(bytes.toString('utf8', offset, offset + id.length + 2), `"${id}"`);
  });

  it('wait for a document that is being written', () => {
    const half = readFileSync(document.path).subarray(0, 3000);
    for (const agent of [geminiCliDocuments, qwenCodeDocuments]) {
      assert.equal(agent.read(document, { ...disk, read: () => half }), undefined);
      assert.equal(agent.read(document, { ...disk, read: () => undefined }), undefined);
    }
  });

  it('own the requests of a document until lines go on with it', () => {
    const copies = (list: (folder: string) => string[]): boolean[] =>
      (geminiCliDocuments.read(document, { ...disk, list }) ?? [])
        .flatMap(({ events }): AgentEvent[] => events)
        .flatMap((event) => (event.type === 'request' ? [event.isCopy === true] : []));
    assert.deepEqual(new Set(copies(disk.list)), new Set([true]));
    assert.deepEqual(new Set(copies(() => [])), new Set([false]));
  });

  it('refuse a state of another shape', () => {
    const file = { path: '/x/a/chats/session-b.jsonl', relativePath: 'a/chats/session-b.jsonl', root: '/x' };
    assert.equal(geminiCli.open(file, { shape: 0 }), undefined);
    assert.equal(qwenCode.open(file, { shape: 0 }), undefined);
  });

  it('know who makes a model', () => {
    assert.deepEqual(['qwen3-max', 'coder-model', 'Gemini-2.5-pro', 'maker/one', 'one'].map(qwenProvider), [
      'alibaba',
      'alibaba',
      'google',
      'maker',
      'other',
    ]);
  });
});

describe('marks of what was seen', () => {
  it('survive being saved, and forget the oldest', () => {
    const marks = seenMarks(seenMarks(['old']).list());
    for (let at = 0; at < 8000; at++) assert.equal(marks.add(`key ${at}`), true);
    assert.equal(marks.add('key 7999'), false);
    assert.equal(marks.has('key 1'), true);
    assert.equal(marks.list().length, 8000);
    assert.equal(marks.list().includes('old'), false);
  });
});
