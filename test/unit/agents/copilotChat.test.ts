import assert from 'node:assert/strict';
import type { Disk } from '../../../src/agents/agent.ts';
import { copilotChat } from '../../../src/agents/copilotChat.ts';
import { replayChatLog } from '../../../src/agents/copilotChatLog.ts';
import { copilotChatTool } from '../../../src/agents/copilotChatTools.ts';
import { chatModel, turnUsage } from '../../../src/agents/copilotChatUsage.ts';
import { uriPath } from '../../../src/agents/editorFolders.ts';

const lines = (...operations: unknown[]): Uint8Array =>
  Buffer.from(operations.map((operation) => `${JSON.stringify(operation)}\n`).join(''));
const start = { kind: 0, v: { sessionId: 's', requests: [{ requestId: 'a', timestamp: 1 }] } };

describe('the log of a chat session', () => {
  it('is the session that its operations add up to', () => {
    const chat = replayChatLog(
      lines(
        start,
        { kind: 1, k: ['customTitle'], v: 'one' },
        { kind: 2, k: ['requests'], v: [{ requestId: 'b', timestamp: 2, response: ['x', 'y', 'z'] }] },
        { kind: 2, k: ['requests', 1, 'response'], i: 1, v: ['w'] },
        { kind: 2, k: ['requests', 0, 'response'], v: ['new'] },
        { kind: 3, k: ['customTitle'] },
      ),
    );
    assert.deepEqual(chat?.session, {
      sessionId: 's',
      customTitle: undefined,
      requests: [
        { requestId: 'a', timestamp: 1, response: ['new'] },
        { requestId: 'b', timestamp: 2, response: ['x', 'w'] },
      ],
    });
    assert.equal(chat?.rejected, 0);
  });

  const turn = (id: string, timestamp: number) => ({ requestId: id, timestamp });
  const taken: [name: string, operations: unknown[]][] = [
    ['cut off', [{ kind: 2, k: ['requests'], i: 0 }]],
    ['replaced in place', [{ kind: 1, k: ['requests', 0], v: turn('c', 3) }]],
    ['replaced as a list', [{ kind: 1, k: ['requests'], v: [turn('c', 3)] }]],
    ['lost in a new whole', [{ kind: 0, v: { requests: [turn('c', 3)] } }]],
  ];
  for (const [name, operations] of taken) {
    it(`keeps a turn that was ${name}: it was paid for`, () => {
      const turns = replayChatLog(lines(start, ...operations))?.turns ?? [];
      assert.deepEqual(
        turns.filter(({ isRemoved }) => isRemoved).map(({ request }) => request.requestId),
        ['a'],
      );
      assert.equal(turns[0]?.request.requestId, 'a');
    });
  }

  it('does not keep a turn that came back', () => {
    const chat = replayChatLog(
      lines(start, { kind: 2, k: ['requests'], i: 0 }, { kind: 2, k: ['requests'], v: [turn('a', 1)] }),
    );
    assert.deepEqual(
      chat?.turns.map(({ isRemoved }) => isRemoved),
      [false],
    );
  });

  it('leaves the prototypes of objects alone', () => {
    const chat = replayChatLog(
      lines(
        start,
        { kind: 1, k: ['__proto__', 'spoilt'], v: 1 },
        { kind: 1, k: ['constructor', 'prototype', 'spoilt'], v: 1 },
      ),
    );
    assert.equal(chat?.rejected, 2);
    assert.equal(({} as Record<string, unknown>).spoilt, undefined);
  });

  it('waits for a line and for a document that are not whole', () => {
    const whole = lines(start);
    assert.equal(replayChatLog(whole.subarray(0, -2)), undefined);
    assert.equal(replayChatLog(whole.subarray(0, -1))?.turns.length, 1);
    const disk: Disk = { read: () => Buffer.from('{"requests":['), list: () => [], database: () => undefined };
    const file = { path: '/u/globalStorage/x/s.json', relativePath: 's.json', root: '/u/globalStorage/x' };
    assert.equal(copilotChat.read(file, disk), undefined);
  });
});

describe('what a turn records of its tokens', () => {
  const cases: [name: string, request: Record<string, unknown>, calls: number, told: string | undefined][] = [
    ['of one call', { result: { metadata: { promptTokens: 9, outputTokens: 2 } } }, 1, '9+0/2 exact'],
    ['of the last of several', { result: { metadata: { promptTokens: 9, outputTokens: 2 } } }, 3, '9+0/2 partial'],
    [
      'of all replies and the last prompt',
      { promptTokens: 9, completionTokens: 7, result: { metadata: { promptTokens: 8, outputTokens: 2 } } },
      3,
      '9+0/7 partialInput',
    ],
    ['of the reply only', { completionTokens: 7 }, 1, '0+0/7 partialInput'],
    ['in the older place', { result: { usage: { promptTokens: 9, completionTokens: 2 } } }, 1, '9+0/2 exact'],
    [
      'of all calls',
      { promptTokens: 9, modelTotals: [{ model: 'm', inputTokens: 50, cachedTokens: 40, outputTokens: 7 }] },
      3,
      '10+40/7 exact',
    ],
    ['nowhere', {}, 1, ''],
    ['as nothing', { promptTokens: 0, completionTokens: 0 }, 1, ''],
    ['impossibly', { promptTokens: -1 }, 1, undefined],
  ];
  for (const [name, request, calls, told] of cases) {
    it(name, () => {
      const uses = turnUsage(request, calls)?.map(
        ({ usage, known }) => `${usage.input}+${usage.cacheRead}/${usage.output} ${known}`,
      );
      assert.equal(uses?.join(), told);
    });
  }
});

describe('names in chat sessions', () => {
  const tools: [name: string, input: Record<string, unknown>, told: string][] = [
    ['read_file', { filePath: '/a/b.ts' }, 'read /a/b.ts'],
    ['copilot_readFile', {}, 'read undefined'],
    ['multi_replace_string_in_file', { replacements: [{ filePath: '/a/b.ts' }] }, 'edit /a/b.ts'],
    ['apply_patch', { input: '*** Begin Patch\n*** Update File: a.ts\n' }, 'edit a.ts'],
    ['run_in_terminal', { command: 'npm test -- hidden' }, 'bash npm test'],
    ['fetch_webpage', { urls: ['https://a.example/?q=hidden'] }, 'web a.example'],
    ['runSubagent', { agentName: 'Plan', prompt: 'hidden' }, 'task Plan'],
    ['mcp_git_hub_search', { q: 'hidden' }, 'mcp:git hub_search'],
    ['unheard', {}, 'other undefined'],
  ];
  for (const [name, input, told] of tools) {
    it(`of the tool ${name}`, () => {
      const tool = copilotChatTool(name, input);
      assert.equal(`${tool.kind} ${tool.target}`, told);
    });
  }

  const models: [id: unknown, resolved: unknown, told: string][] = [
    ['copilot/claude-sonnet-4.5', undefined, 'anthropic claude-sonnet-4.5'],
    ['copilot/auto', 'gpt-5-mini', 'openai gpt-5-mini'],
    ['ollama/qwen3', undefined, 'ollama qwen3'],
    ['openrouter/google/gemini-3-pro', undefined, 'google gemini-3-pro'],
    [undefined, 7, 'copilot unknown'],
  ];
  for (const [id, resolved, told] of models) {
    it(`of the model ${String(id)}`, () => {
      const { provider, model } = chatModel(id, resolved);
      assert.equal(`${provider} ${model}`, told);
    });
  }

  const uris: [uri: unknown, path: string | undefined][] = [
    ['file:///home/dev/my%20shop', '/home/dev/my shop'],
    ['file:///c%3A/work', 'c:/work'],
    ['vscode-remote://ssh-remote%2Bbox/home/dev', '/home/dev'],
    ['file:///%', undefined],
    ['/home/dev', undefined],
    [{}, undefined],
  ];
  for (const [uri, path] of uris) it(`of the place ${JSON.stringify(uri)}`, () => assert.equal(uriPath(uri), path));
});

describe('thinking in a chat turn', () => {
  const rounds = [{ thinking: { tokens: 20 } }, { thinking: { tokens: 9 } }];
  it('is a part of the replies that are counted', () => {
    const metadata = { promptTokens: 9, outputTokens: 30, toolCallRounds: rounds };
    assert.equal(turnUsage({ result: { metadata } }, 2)?.[0]?.usage.reasoning, 9);
    assert.equal(turnUsage({ completionTokens: 70, result: { metadata } }, 2)?.[0]?.usage.reasoning, 29);
    assert.equal(
      turnUsage({ completionTokens: 25, result: { metadata: { toolCallRounds: rounds } } }, 2)?.[0]?.usage.reasoning,
      25,
    );
  });
});
