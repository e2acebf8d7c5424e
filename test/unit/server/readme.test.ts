import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { openApi } from '../../../src/server/openApi.ts';
import { findPrometheus } from '../../vscode/prometheus.mjs';
import { type TranscriptHome, transcriptHome } from '../engine/transcriptHome.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const section =
  readFileSync(path.join(ROOT, 'README.md'), 'utf8')
    .split(/^## /m)
    .find((part) => part.startsWith('Open to others')) ?? '';
/** The examples, in order. */
const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const example = (language: string, holds: string): string => {
  const found = blocks.filter((block) => block.language === language && block.text.includes(holds));
  assert.equal(found.length, 1, `${language} with ${holds}`);
  return found[0]?.text ?? '';
};

describe('the examples of the README', function () {
  this.timeout(60_000);
  let home: TranscriptHome;
  let server: ChildProcess;
  let port = '';
  let env: NodeJS.ProcessEnv;
  const children: ChildProcess[] = [];
  const workFolder = path.join(ROOT, '.vscode-test', 'readme');
  /** Fills the places in an example: the port, and whose home it is. */
  const filled = (text: string): string => text.replaceAll('20317', port).replaceAll('/home/me', home.folder);

  before(async () => {
    home = transcriptHome();
    home.reply('s1', 'a');
    env = {
      ...process.env,
      HOME: home.folder,
      USERPROFILE: home.folder,
      XDG_CONFIG_HOME: '',
      XDG_DATA_HOME: '',
      CLAUDE_CONFIG_DIR: '',
    };
    const command = example('sh', 'serve').replace('20317', '0');
    server = spawn('sh', ['-c', `exec ${command}`], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve, reject) => {
      server.stdout?.once('data', (data) => resolve(String(data)));
      server.once('exit', () => reject(new Error('the server ended')));
    });
    port = String(new URL(JSON.parse(line).address).port);
    mkdirSync(workFolder, { recursive: true });
  });
  after(async () => {
    for (const child of children) child.kill();
    const ended = new Promise((resolve) => server.once('exit', (code) => resolve(code)));
    server.kill('SIGTERM');
    assert.equal(await ended, 0, 'it ends in good order');
    home.remove();
    rmSync(workFolder, { recursive: true, force: true });
  });

  const run = (file: string, args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(file, args, { cwd: ROOT, env }, (error, out) => (error ? reject(error) : resolve(out)));
    });

  it('are all run here', () =>
    assert.deepEqual(
      blocks.map(({ language }) => language),
      ['sh', 'sh', 'json', 'js', 'yaml', 'ts', 'json'],
    ));

  it('curl: the usage of this week, in the form that stands below it', async () => {
    const usage = JSON.parse(await run('sh', ['-c', filled(example('sh', 'curl'))]));
    assert.equal(usage.window.name, 'week');
    const shown = JSON.parse(example('json', '"by_agent"'));
    assert.deepEqual(Object.keys(shown), Object.keys(usage));
    for (const part of ['window', 'totals', 'cache', 'coverage'])
      assert.deepEqual(Object.keys(shown[part]), Object.keys(usage[part]));
    const { components } = openApi('1');
    const check = new AjvJsonSchemaValidator().getValidator({
      $ref: '#/components/schemas/Usage',
      components,
    } as never);
    for (const value of [usage, shown]) assert.equal(check(value).errorMessage, undefined);
    const sum = ({ input_tokens, output_tokens, cache_read, cache_creation }: Record<string, number>): number =>
      (input_tokens ?? 0) + (output_tokens ?? 0) + (cache_read ?? 0) + (cache_creation ?? 0);
    assert.equal(sum(shown.totals), shown.totals.total_tokens);
  });

  it('EventSource: the context and the tools of the session, and what changes', async () => {
    const file = path.join(workFolder, 'events.mjs');
    writeFileSync(file, filled(example('js', 'EventSource')));
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let out = '';
    const until = (expected: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => void (expected.test(out) && resolve());
        child.stdout?.on('data', look);
        child.once('exit', () => reject(new Error(`it ended: ${out}`)));
        look();
      });
    child.stdout?.on('data', (data) => {
      out += data;
    });
    await until(/^context [\d.]+$/m);
    await until(/^tools \[/m);
    const before = out.length;
    home.reply('s1', 'b');
    await until(new RegExp(`^[^]{${before + 1},}$`));
  });

  it('Prometheus: a real one scrapes what it is told to, and has the figures of the command line', async function () {
    const program = findPrometheus();
    if (!program) {
      console.log('      There is no Prometheus: name one in ATM_PROMETHEUS.');
      this.skip();
    }
    const config = path.join(workFolder, 'prometheus.yml');
    // The example as it is written, and more often than once a minute.
    writeFileSync(config, `global:\n  scrape_interval: 1s\n${filled(example('yaml', 'scrape_configs'))}`);
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      program,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(workFolder, 'prometheus')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { cwd: workFolder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    children.push(child);
    const ask = async (query: string): Promise<{ metric: Record<string, string>; value: number }[]> => {
      const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(query)}`).catch(
        () => undefined,
      );
      if (!response?.ok) return [];
      const { data } = (await response.json()) as {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    };
    const until = async (query: string, expected: number): Promise<void> => {
      for (;;) {
        const [found] = await ask(query);
        if (found?.value === expected) return;
        assert.equal(child.exitCode, null, 'Prometheus runs');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    await until('up{job="agent-token-meter"}', 1);
    const { totals } = JSON.parse(await run(process.execPath, ['dist/cli.js', 'usage', '--window', 'all']));
    assert.ok(totals.turns >= 1 && totals.total_tokens > 0);
    await until('sum(agent_token_meter_requests_total)', totals.turns);
    await until('sum(agent_token_meter_tokens_total)', totals.total_tokens);
    await until('sum(agent_token_meter_tokens_total{type="output"})', totals.output_tokens);
    await until('sum(agent_token_meter_tasks_total)', totals.tasks);
    const [cost] = await ask('sum(agent_token_meter_cost_usd_total)');
    assert.ok(Math.abs((cost?.value ?? 0) - totals.cost_usd) < 1e-9);
    const [agent] = await ask('agent_token_meter_requests_total');
    assert.deepEqual(Object.keys(agent?.metric ?? {}).toSorted(), ['__name__', 'agent', 'instance', 'job', 'model']);
  });

  it('another extension: the one that runs beside ours in the extension host', () => {
    assert.equal(
      example('ts', 'getExtension'),
      readFileSync(path.join(ROOT, 'test/host/consumer/extension.ts'), 'utf8'),
    );
  });

  it('an agent: the server that its configuration starts, with both tools', async () => {
    const { mcpServers } = JSON.parse(
      example('json', 'mcpServers').replace('/path/to/agent-token-meter', ROOT.replaceAll('\\', '/')),
    );
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({ ...mcpServers['agent-token-meter'], env: env as Record<string, string> }),
    );
    try {
      const usage = await client.callTool({ name: 'usage', arguments: { window: 'all' } });
      const { totals } = usage.structuredContent as { totals: { turns: number } };
      assert.ok(totals.turns >= 1);
      const consumed = await client.callTool({ name: 'what_consumed_my_tokens' });
      assert.equal((consumed.structuredContent as { session: string }).session, 's1');
    } finally {
      await client.close();
    }
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
