import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import type { AgentTokenMeter } from '../../api.d.ts';
import { mcpServer } from '../../src/editor/languageModelTools.ts';
import { settingsReader } from '../../src/editor/serverSettings.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';

const ID = 'agent-token-meter.agent-token-meter';
const SETTINGS = () => vscode.workspace.getConfiguration('agentTokenMeter');
const GLOBAL = vscode.ConfigurationTarget.Global;

/** A port that nobody has now. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/** What a command leaves in the clipboard; asked for again until it is as it should be. */
async function copied(command: string, expected: RegExp): Promise<string> {
  for (;;) {
    await vscode.env.clipboard.writeText('');
    // A command that has something to ask waits for the answer.
    await Promise.race([vscode.commands.executeCommand(command), new Promise((resolve) => setTimeout(resolve, 500))]);
    const text = await vscode.env.clipboard.readText();
    if (expected.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const statusOf = async (url: string, token?: string): Promise<number> => {
  try {
    const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
};

describe('what other programs see of the extension', function () {
  this.timeout(60_000);
  let api: AgentTokenMeter;
  before(async () => {
    const extension = vscode.extensions.getExtension<AgentTokenMeter>(ID);
    assert.ok(extension);
    api = await extension.activate();
    assert.equal(api.version, 1);
  });

  it('is a typed API, which the example of another extension uses', async () => {
    const consumer = vscode.extensions.getExtension<vscode.StatusBarItem>('example.example-consumer');
    assert.ok(consumer);
    const item = await consumer.activate();
    const { totals } = await api.usage({ window: 'day' });
    assert.match(item.text, /^today: \d+ tokens$/);
    const session = claudeWriter(process.env.ATM_HOME ?? '', '/somewhere/else');
    session.prompt();
    session.reply(50_000, 100);
    for (;;) {
      const now = await api.usage({ window: 'day' });
      if (
        now.totals.total_tokens >= totals.total_tokens + 50_100 &&
        item.text === `today: ${now.totals.total_tokens} tokens`
      )
        break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const attribution = await api.attribution({ session: session.sessionId });
    assert.equal(attribution?.session, session.sessionId);
    assert.equal(attribution?.totals.total_tokens, 50_100);
    await assert.rejects(api.usage({ window: '../../' as never }), /^\w*(Error)?:? ?window is one of/);
  });

  it('is two tools for language models', async () => {
    const names = ['agentTokenMeter_usage', 'agentTokenMeter_whatConsumed'];
    assert.deepEqual(
      vscode.lm.tools.map(({ name }) => name).filter((name) => names.includes(name)),
      names,
    );
    const ask = async (name: string, input: object): Promise<string[]> => {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      return content.map((part) => (part as vscode.LanguageModelTextPart).value);
    };
    const [text = '', report = ''] = await ask('agentTokenMeter_usage', { window: 'all' });
    const { totals } = await api.usage({ window: 'all' });
    assert.match(text, /^All time: [\d,]+ tokens in /);
    assert.deepEqual(JSON.parse(report).totals, totals);
    const [consumed = ''] = await ask('agentTokenMeter_whatConsumed', {});
    assert.match(consumed, /^Context: [\d,]+ of [\d,]+ tokens \([\d.]+ %\)\./);
  });

  it('is an MCP server that the editor starts as it is told to, with the figures of the engine that runs', async () => {
    const extension = vscode.extensions.getExtension(ID) as vscode.Extension<AgentTokenMeter>;
    // Without an engine to ask it reads the transcripts itself.
    const { command, args, env, cwd } = mcpServer(
      { extensionUri: extension.extensionUri, extension },
      path.join(process.env.ATM_HOME ?? '', 'no-engine'),
    );
    assert.equal(cwd?.fsPath, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({
        command,
        args,
        cwd: cwd?.fsPath,
        env: { ...(process.env as Record<string, string>), ...(env as Record<string, string>) },
      }),
    );
    try {
      const { tools } = await client.listTools();
      assert.deepEqual(tools.map(({ name }) => name).toSorted(), ['usage', 'what_consumed_my_tokens']);
      const { structuredContent } = await client.callTool({ name: 'usage', arguments: { window: 'all' } });
      const { totals } = structuredContent as { totals: { turns: number } };
      assert.ok(totals.turns > 50);
    } finally {
      await client.close();
    }
  });

  it('works without a key ring: what needs it is paused, and that is said once', async () => {
    const broken = {
      get: () => Promise.reject(new Error('no key ring')),
      store: () => Promise.reject(new Error('no key ring')),
    } as unknown as vscode.SecretStorage;
    const logged: string[] = [];
    await SETTINGS().update('team.enabled', true, GLOBAL);
    await SETTINGS().update('team.hashNames', true, GLOBAL);
    await SETTINGS().update('otlp.enabled', true, GLOBAL);
    await SETTINGS().update('otlp.endpoint', 'http://127.0.0.1:9/v1/metrics', GLOBAL);
    await SETTINGS().update('server.enabled', true, GLOBAL);
    try {
      const read = settingsReader(broken, { error: (text: string | Error) => void logged.push(String(text)) });
      const { team, otlp, server, paused, paths } = await read();
      assert.deepEqual([team, otlp, server, paused], [undefined, undefined, undefined, ['team', 'otlp']]);
      assert.ok(paths, 'everything else is as it is set');
      assert.equal(logged.length, 3);
      for (const [index, what] of [/team/, /Metrics/, /server/].entries()) {
        assert.match(logged[index] ?? '', what);
        assert.match(logged[index] ?? '', /no key ring/);
      }
    } finally {
      for (const name of ['team.enabled', 'team.hashNames', 'otlp.enabled', 'otlp.endpoint', 'server.enabled'])
        await SETTINGS().update(name, undefined, GLOBAL);
    }
  });

  it('is a server that is off until it is turned on, and closed to who has no token', async () => {
    const port = await freePort();
    await SETTINGS().update('server.port', port, GLOBAL);
    assert.equal(await statusOf(`http://127.0.0.1:${port}/usage`), 0);
    await SETTINGS().update('server.enabled', true, GLOBAL);
    const address = await copied('agentTokenMeter.copyServerAddress', /^http:/);
    assert.equal(address, `http://127.0.0.1:${port}`);
    const token = await copied('agentTokenMeter.copyServerToken', /^[\w-]{43}$/);
    assert.equal(await statusOf(`${address}/usage`), 401);
    const response = await fetch(`${address}/usage?window=all`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), await api.usage({ window: 'all' }));

    void vscode.commands.executeCommand('agentTokenMeter.rotateServerToken');
    while ((await statusOf(`${address}/usage`, token)) !== 401) await new Promise((resolve) => setTimeout(resolve, 50));
    const rotated = await copied('agentTokenMeter.copyServerToken', /^[\w-]{43}$/);
    assert.notEqual(rotated, token);
    assert.equal(await statusOf(`${address}/usage`, rotated), 200);

    await SETTINGS().update('server.enabled', undefined, GLOBAL);
    while ((await statusOf(`${address}/usage`, rotated)) !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await SETTINGS().update('server.port', undefined, GLOBAL);
  });
});
