import assert from 'node:assert/strict';
import { type ContextWindow, contextWindow, type WindowEvidence } from '../../../src/ledger/contextWindow.ts';

const CASES: [
  what: string,
  evidence: WindowEvidence,
  window: ContextWindow['tokens'],
  source: ContextWindow['source'],
][] = [
  [
    'the agent reports it',
    { windowTokens: 258_400, windowSource: 'reported', peakTokens: 260_000, model: 'gpt-5' },
    258_400,
    'reported',
  ],
  [
    'the agent is set to a long context',
    { windowTokens: 1_000_000, windowSource: 'settings', peakTokens: 9000, model: 'claude-sonnet-4-5' },
    1_000_000,
    'settings',
  ],
  ['the catalogue knows the model', { peakTokens: 150_000, model: 'claude-sonnet-4-5' }, 200_000, 'catalogue'],
  ['nothing tells', { peakTokens: 150_000, model: 'a-model-of-my-own' }, 200_000, 'default'],
  ['no model is known', { peakTokens: 0 }, 200_000, 'default'],
  [
    'a request was larger than the catalogue says',
    { peakTokens: 210_000, model: 'claude-sonnet-4-5' },
    1_000_000,
    'observed',
  ],
  [
    'a request was larger than the settings say',
    { windowTokens: 200_000, windowSource: 'settings', peakTokens: 350_000, model: 'gpt-5' },
    400_000,
    'observed',
  ],
  ['a request was as large as a known window', { peakTokens: 1_000_000, model: 'gpt-4o' }, 1_000_000, 'observed'],
  ['a request was larger than any window', { peakTokens: 3_000_000, model: 'other' }, 3_000_000, 'observed'],
  [
    'the agent compacts long before the catalogue would have it',
    { peakTokens: 166_000, compactedAtTokens: 167_000, model: 'claude-opus-4-6' },
    200_000,
    'observed',
  ],
  [
    'the agent compacted early, but a request was larger',
    { peakTokens: 400_000, compactedAtTokens: 167_000, model: 'claude-opus-4-6' },
    1_000_000,
    'catalogue',
  ],
  [
    'the agent compacts at a share of its window',
    { peakTokens: 160_000, compactedAtTokens: 160_000, model: 'claude-sonnet-4-5' },
    200_000,
    'catalogue',
  ],
];

describe('the size of a context window', () => {
  for (const [what, evidence, tokens, source] of CASES)
    it(`is ${tokens} (${source}) where ${what}`, () => assert.deepEqual(contextWindow(evidence), { tokens, source }));
});
