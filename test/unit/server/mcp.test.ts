import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { AGENT_TOOLS } from '../../../src/engine/agentTools.ts';
import type { BudgetReport } from '../../../src/views/budgetReport.ts';
import { claudeWriter } from '../../fixtures/claudeWriter.ts';
import { type TranscriptHome, transcriptHome } from '../engine/transcriptHome.ts';
import { WindowProcess } from '../engine/windowProcess.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const TOTAL = 1_160;

type Report = Record<string, never>;

/** An agent with the server that it starts, from source. */
async function agent(args: string[], cwd = ROOT): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const cli = path.join(ROOT, 'src/cli.ts');
  const loader = pathToFileURL(createRequire(import.meta.filename).resolve('tsx')).href;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', loader, cli, 'mcp', ...args],
    cwd,
    stderr: 'ignore',
  });
  await client.connect(transport);
  return client;
}

const textOf = (result: Awaited<ReturnType<Client['callTool']>>): string =>
  (result.content as { text: string }[]).map(({ text }) => text).join('\n');

describe('the MCP server', function () {
  this.timeout(120_000);
  let home: TranscriptHome;
  let client: Client | undefined;
  let window: WindowProcess | undefined;
  beforeEach(() => {
    home = transcriptHome();
  });
  afterEach(async () => {
    await client?.close();
    await window?.kill();
    client = undefined;
    window = undefined;
    home.remove();
  });

  it('tells what it can do, and that it changes nothing', async () => {
    client = await agent(['--home', home.folder]);
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['usage', 'what_consumed_my_tokens'],
    );
    for (const { annotations, inputSchema, outputSchema, description } of tools) {
      assert.equal(annotations?.readOnlyHint, true);
      assert.equal(annotations?.destructiveHint, false);
      assert.equal(inputSchema.additionalProperties, false);
      assert.equal(outputSchema?.type, 'object');
      assert.ok((description?.length ?? 0) > 100);
    }
    assert.equal(client.getServerVersion()?.name, 'agent-token-meter');
  });

  it('reads the transcripts itself where no editor runs, each time up to date', async () => {
    home.reply('s1', 'a');
    client = await agent(['--home', home.folder]);
    // The client checks what is structured against the schema.
    const first = await client.callTool({ name: 'usage', arguments: { window: 'all' } });
    const report = first.structuredContent as Report & { totals: { total_tokens: number } };
    assert.equal(report.totals.total_tokens, TOTAL);
    assert.match(textOf(first), /^All time: 1,160 tokens in 1 requests, \$/);
    home.reply('s1', 'b');
    const second = await client.callTool({ name: 'usage', arguments: { window: 'all', agent: 'claude-code' } });
    assert.match(textOf(second), /^All time: 2,320 tokens in 2 requests/);
    const none = await client.callTool({ name: 'usage', arguments: { workspace: '/somewhere/else', window: 'all' } });
    assert.match(textOf(none), /^All time: 0 tokens/);
  });

  for (const [cost, money, usd] of [
    ['list', /\$0\.\d\d\.$/m, 'number'],
    ['api-equivalent', /\$0\.\d\d \(API-equivalent\)\.$/m, 'number'],
    ['off', undefined, 'object'],
  ] as const)
    it(`tells costs as the user wants them: ${cost}`, async () => {
      home.reply('s1', 'a');
      const settings = path.join(home.folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ 'agentTokenMeter.cost': cost }));
      client = await agent(['--home', home.folder, '--settings', settings]);
      const answer = await client.callTool({ name: 'usage', arguments: { window: 'all' } });
      const report = answer.structuredContent as unknown as BudgetReport;
      assert.equal(report.cost, cost);
      const costs = [report.totals, ...report.by_agent, ...report.by_model].map(({ cost_usd }) => typeof cost_usd);
      assert.deepEqual(new Set(costs), new Set([usd]));
      const [firstLine = ''] = textOf(answer).split('\n');
      if (money) assert.match(firstLine, money);
      else assert.doesNotMatch(textOf(answer), /\$|price/);
    });

  it('tells what consumed the tokens of the session in the folder of the agent', async () => {
    const here = claudeWriter(home.folder, home.folder);
    here.prompt();
    here.reply(41_900);
    const elsewhere = claudeWriter(home.folder, '/somewhere/else');
    elsewhere.prompt();
    elsewhere.reply(90_000);
    client = await agent(['--home', home.folder], home.folder);
    const answer = await client.callTool({ name: 'what_consumed_my_tokens' });
    const report = answer.structuredContent as Report & {
      session: string;
      in_window: Record<string, number>;
      context: { tokens: number };
    };
    assert.equal(report.session, here.sessionId);
    assert.equal(
      Object.values(report.in_window).reduce((sum, tokens) => sum + tokens, 0),
      report.context.tokens,
    );
    assert.match(textOf(answer), /^Context: [\d,]+ of 200,000 tokens \(2\d(\.\d)? %\)\.\nIn the window: /);
    const other = await client.callTool({
      name: 'what_consumed_my_tokens',
      arguments: { session: elsewhere.sessionId },
    });
    assert.equal((other.structuredContent as Report & { session: string }).session, elsewhere.sessionId);
  });

  it('refuses what it does not know, in a sentence', async () => {
    client = await agent(['--home', home.folder]);
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ['usage', { window: '../../' }, /^window is not as its schema says\.$/],
      ['usage', { agent: ['a'] }, /^agent is not/],
      ['usage', { more: 1 }, /^more is not/],
      ['what_consumed_my_tokens', { session: "' OR 1=1 --" }, /^session is none of this machine\.$/],
      ['what_consumed_my_tokens', {}, /^There is no session yet\.$/],
    ];
    for (const [name, args, expected] of wrong) {
      const answer = await client.callTool({ name, arguments: args });
      assert.equal(answer.isError, true);
      assert.match(textOf(answer), expected);
    }
    await assert.rejects(client.callTool({ name: 'constructor' }), /There is no such tool/);
  });

  it('asks the engine of a running editor, and reads by itself when that ends', async () => {
    home.reply('s1', 'a');
    // The editor's home is another one than the agent's: so it shows who answered.
    const empty = transcriptHome();
    try {
      window = new WindowProcess({ home: home.folder, storageDir: home.storageDir });
      await window.until((told) => told.turns === 1);
      client = await agent(['--home', empty.folder, '--engine', home.storageDir]);
      const asked = async (): Promise<string> =>
        textOf((await client?.callTool({ name: 'usage', arguments: { window: 'all' } })) as never);
      assert.match(await asked(), /^All time: 1,160 tokens in 1 requests/);
      home.reply('s1', 'b');
      assert.match(await asked(), /^All time: 2,320 tokens in 2 requests/);
      assert.deepEqual(window.roles, ['leader'], 'the editor keeps its store');
      await window.kill();
      assert.match(await asked(), /^All time: 0 tokens/);
    } finally {
      empty.remove();
    }
  });
});

describe('the tools for agents', () => {
  it('stand in the manifest as they are', () => {
    const { contributes } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const declared = contributes.languageModelTools.map((tool: Record<string, unknown>) => [
      tool.name,
      tool.modelDescription,
      tool.inputSchema,
    ]);
    assert.deepEqual(
      declared,
      Object.entries(AGENT_TOOLS).map(([name, { description, inputSchema }]) => [
        `agentTokenMeter_${name}`,
        description,
        inputSchema,
      ]),
    );
  });
});
