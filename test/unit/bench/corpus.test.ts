import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { TokenUsage } from '../../../src/agents/event.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { type Corpus, type CorpusOptions, makeCorpus } from '../../bench/corpus/makeCorpus.ts';
import { totalOf } from '../../bench/corpus/truth.ts';
import { NOW_MS, place } from '../engine/transcriptHome.ts';

const SHAPES: Record<string, CorpusOptions> = {
  'many sessions of Claude Code': { agent: 'claude-code', bytes: 6e6, sessionBytes: 60_000 },
  'one session of Claude Code': { agent: 'claude-code', bytes: 2e6, sessionBytes: 2e6 },
  'very many small files of Claude Code': { agent: 'claude-code', bytes: 1e6, sessionBytes: 1_000, seed: 3 },
  'rollouts of Codex': { agent: 'codex', bytes: 6e6, sessionBytes: 40_000, seed: 2 },
};

const files = (home: string): string[] =>
  readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort();

function digest(home: string): string {
  const hash = createHash('sha256');
  for (const name of files(home)) {
    const file = path.join(home, name);
    hash.update(`${name} ${statSync(file).mtimeMs}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

async function counted(home: string): Promise<TokenUsage & { requests: number }> {
  const engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home) });
  try {
    await engine.sweep();
    const { totals } = await engine.usage({ window: 'all', timeZone: 'UTC', nowMs: NOW_MS });
    return {
      requests: totals.turns,
      input: totals.input_tokens,
      cacheRead: totals.cache_read,
      cacheWrite5m: totals.cache_creation - totals.cache_creation_1h,
      cacheWrite1h: totals.cache_creation_1h,
      output: totals.output_tokens,
      reasoning: totals.reasoning_tokens,
    };
  } finally {
    await engine.dispose();
  }
}

describe('the corpora of the bench', function () {
  this.timeout(60_000);
  let corpus: Corpus | undefined;
  afterEach(() => {
    corpus?.remove();
    corpus = undefined;
  });

  for (const [name, options] of Object.entries(SHAPES)) {
    it(`${name}: are what they say they are, and are counted as they truly are`, async () => {
      corpus = makeCorpus(options);
      const { truth, home } = corpus;
      assert.equal(files(home).length, truth.files);
      assert.equal(
        files(home).reduce((sum, file) => sum + statSync(path.join(home, file)).size, 0),
        truth.bytes,
      );
      assert.ok(truth.bytes >= options.bytes && truth.bytes < 1.5 * options.bytes, `${truth.bytes} bytes`);
      assert.deepEqual(await counted(home), { requests: truth.requests, ...truth.tokens });
      assert.equal(
        Object.values(truth.byModel).reduce((sum, tokens) => sum + tokens, 0),
        totalOf(truth.tokens),
      );
    });
  }

  it('hold subagents, resumed sessions, side questions and forks', () => {
    for (const name of ['many sessions of Claude Code', 'rollouts of Codex']) {
      const { truth, remove } = makeCorpus(SHAPES[name] as CorpusOptions);
      remove();
      assert.ok(truth.copies > 0, `${name}: ${truth.copies} copies`);
      if (name.includes('Claude')) assert.ok(truth.subagents > 3, `${truth.subagents} subagents`);
    }
  });

  it('hold one file where one session is asked for', () => {
    corpus = makeCorpus(SHAPES['one session of Claude Code'] as CorpusOptions);
    assert.equal(corpus.truth.files, 1);
  });

  it('are the same for the same seed, and others for another', () => {
    const options: CorpusOptions = { agent: 'claude-code', bytes: 300_000, sessionBytes: 30_000 };
    const digests = [1, 1, 2].map((seed) => {
      const made = makeCorpus({ ...options, seed });
      try {
        return digest(made.home);
      } finally {
        made.remove();
      }
    });
    assert.equal(digests[0], digests[1]);
    assert.notEqual(digests[0], digests[2]);
  });

  it('stay true while they grow', async () => {
    corpus = makeCorpus({ agent: 'claude-code', bytes: 300_000, sessionBytes: 30_000 });
    const before = corpus.truth.requests;
    corpus.grow(3, 2);
    assert.equal(corpus.truth.requests, before + 12);
    assert.deepEqual(await counted(corpus.home), { requests: corpus.truth.requests, ...corpus.truth.tokens });
  });
});
