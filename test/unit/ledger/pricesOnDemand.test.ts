import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as library from '@pydantic/genai-prices';
import { pricesOnDemand } from '../../../vite.prices.mts';

const source = readFileSync(
  path.join(path.dirname(createRequire(import.meta.url).resolve('@pydantic/genai-prices')), 'index.js'),
  'utf8',
);

const USAGE = { input_tokens: 300_000, cache_read_tokens: 1000, cache_write_tokens: 100, output_tokens: 10 };
const NAMES = ['anthropic', 'openai', 'google', 'x-ai', 'openrouter', 'litellm', 'groq', 'nobody', undefined];
const MODELS = ['claude-sonnet-4-5', 'gpt-5', 'gemini-2.5-pro', 'grok-4', 'anthropic/claude-opus-4', 'unheard-of'];

describe('prices on demand', () => {
  let folder: string;
  let made: typeof library;

  before(async () => {
    const { code, lines } = pricesOnDemand(source);
    folder = mkdtempSync(path.join(tmpdir(), 'atm-prices-'));
    writeFileSync(path.join(folder, 'prices.jsonl'), lines);
    writeFileSync(path.join(folder, 'index.mjs'), code);
    made = await import(pathToFileURL(path.join(folder, 'index.mjs')).href);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of the library, of every provider and model', () => {
    let models = 0;
    for (const providerId of NAMES) {
      const provider = library.findProvider({ providerId });
      assert.deepEqual(made.findProvider({ providerId }), provider);
      models += provider?.models.length ?? 0;
      for (const model of MODELS)
        for (const timestamp of [new Date('2025-01-01'), new Date('2026-06-01')])
          assert.deepEqual(
            made.calcPrice(USAGE, model, { providerId, timestamp }),
            library.calcPrice(USAGE, model, { providerId, timestamp }),
            `${providerId} ${model}`,
          );
    }
    assert.ok(models > 100);
  });

  it('are refused to be made of another library', () => {
    assert.throws(() => pricesOnDemand('export const calcPrice = () => null;'), /does not begin with its catalogue/);
  });
});
