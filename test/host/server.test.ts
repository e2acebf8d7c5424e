import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import type { AgentTokenMeter } from '../../api.d.ts';
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
