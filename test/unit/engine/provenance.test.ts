import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import { claudeWriter } from '../../fixtures/claudeWriter.ts';

const asked = { window: 'all', timeZone: 'America/New_York', nowMs: Date.UTC(2026, 10, 20), locale: 'en' } as const;

describe('where figures come from', () => {
  let home: string;
  let engine: LocalEngine;

  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'atm-provenance-'));
    engine = await createLocalEngine({ agents: ALL_AGENTS, place: { home, env: {}, platform: 'linux' } });
  });
  afterEach(async () => {
    await engine.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('names the record of each request, and the copies that are not counted', async () => {
    const session = claudeWriter(home, '/srv/shop', '11111111-2222-4333-8444-555555555555');
    session.prompt();
    session.reply(10_000);
    // a resumed session: the rows of before in a new file, then its own
    const resumed = path.join(path.dirname(session.file), '99999999-2222-4333-8444-555555555555.jsonl');
    cpSync(session.file, resumed);
    session.reply(20_000);
    await engine.sweep();
    const requests = await engine.requests(asked);
    assert.deepEqual(
      requests.map((request) => [request.total_tokens, request.source.path, request.copies.map((copy) => copy.path)]),
      [
        [20_100, session.file, []],
        [10_100, session.file, [resumed]],
      ],
    );
    for (const request of requests)
      for (const { path: file, offset } of [request.source, ...request.copies]) {
        const record = JSON.parse(readFileSync(file).subarray(offset).toString().split('\n')[0] ?? '');
        assert.equal(record.message.id, request.request);
      }
    assert.match(requests[1]?.why.join(' ') ?? '', /one other transcript .* not counted again/);
  });

  it('says by which rule a request counts, and where all its records stand', async () => {
    const session = claudeWriter(home, '/srv/shop');
    session.prompt();
    const write = (id: string, version: string, stop: string | null, output: number, chars: number): void =>
      session.row({
        type: 'assistant',
        version,
        requestId: `req_${id}`,
        message: {
          id: `msg_01AbCdEfGhIjKlMnOp${id}`,
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-4-5',
          stop_reason: stop,
          content: [{ type: 'text', text: 'a'.repeat(chars) }],
          usage: { input_tokens: 10, output_tokens: output },
        },
      });
    write('once', '2.1.200', 'end_turn', 2000, 4000);
    write('grew', '2.1.200', null, 1, 20);
    write('grew', '2.1.200', 'end_turn', 30, 40);
    write('cut1', '2.1.80', null, 4, 600);
    await engine.sweep();
    const requests = await engine.requests(asked);
    assert.deepEqual(
      requests.map(({ rule, output_tokens, recorded_output_tokens, estimated, source }) => [
        rule,
        output_tokens,
        recorded_output_tokens,
        estimated,
        source.records,
        readFileSync(session.file).subarray(source.last_offset).toString().split('\n').length,
      ]),
      [
        ['estimated', 300, 4, true, 1, 2],
        ['maximum', 30, null, false, 2, 3],
        ['recorded', 2000, null, false, 1, 5],
      ],
    );
    const [guess, grew, once] = requests.map((request) => request.why.join(' '));
    assert.match(guess ?? '', /estimated from the size of the reply.* only 4 tokens/);
    assert.match(
      grew ?? '',
      /largest figure of each class.* 2 records of it stand in this transcript, the first at byte \d+/,
    );
    assert.match(once ?? '', /^Counted as its record states it\./);
  });

  it('pages through all requests, each once', async () => {
    const session = claudeWriter(home, '/srv/shop');
    for (let n = 1; n <= 7; n++) session.reply(n * 1000);
    await engine.sweep();
    const all = (await engine.requests(asked)).map((request) => request.request);
    const paged: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await engine.requests({ ...asked, limit: 3, after });
      if (page.length === 0) break;
      paged.push(...page.map((request) => request.request));
      after = page.at(-1)?.cursor;
    }
    assert.equal(all.length, 7);
    assert.deepEqual(paged, all);
  });

  it('says what a newer version of an agent writes that is not known', async () => {
    const session = claudeWriter(home, '/srv/shop');
    session.reply(5000);
    session.row({ type: 'thought-stream', version: '9.0.1', body: 'secret' });
    session.row({
      type: 'assistant',
      version: '9.0.1',
      message: {
        id: 'msg_01AbCdEfGhIjKlMnOpQrStUv',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        stop_reason: 'end_turn',
        content: [],
        usage: { input_tokens: 5, output_tokens: 5, telepathy_tokens: 7 },
      },
    });
    appendFileSync(session.file, '{"broken\n');
    await engine.sweep();
    const lines = await engine.healthLines(asked);
    assert.ok(
      lines.includes('Claude Code 9.0.1 writes 1 record kind we do not know: thought-stream (1)'),
      lines.join('\n'),
    );
    assert.ok(lines.includes('Claude Code 9.0.1 writes 1 field we do not know: usage.telepathy_tokens (1)'));
    assert.ok(lines.some((line) => line.startsWith('1 record of Claude Code 9.0.1 cannot be used: not a JSON object')));
    assert.ok(!lines.join().includes('secret'));
  });
});
