import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { protocolHash, protocolText } from '../../../vite.protocol.mts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The hash when a file were another one; fails when the change changes nothing. */
function hashWith(name: string, change: (text: string) => string): string {
  const file = path.join(root, name);
  const text = readFileSync(file, 'utf8');
  assert.notEqual(change(text), text, `${name} holds what is changed`);
  return protocolHash({ [file]: change(text) });
}

const CHANGES: [what: string, file: string, change: (text: string) => string, isAnother: boolean][] = [
  [
    'a question more',
    'src/engine/engineApi.ts',
    (text) => text.replace('  sweep():', '  shout(): Promise<void>;\n  sweep():'),
    true,
  ],
  [
    'a question asked otherwise',
    'src/engine/careRequest.ts',
    (text) => text.replace('isTrial?:', 'isRehearsal?:'),
    true,
  ],
  [
    'an event of another form',
    'src/engine/engineApi.ts',
    (text) => text.replace('filesDone: number', 'filesDone: string'),
    true,
  ],
  [
    'a view with something more',
    'src/views/healthView.ts',
    (text) => text.replace('  isFound: boolean;', '  isFound: boolean;\n  isNew: boolean;'),
    true,
  ],
  [
    'one more of a list of names',
    'src/ledger/rows.ts',
    (text) => text.replace("'ledger'] as const", "'ledger', 'guess'] as const"),
    true,
  ],
  ['a comment', 'src/views/healthView.ts', (text) => text.replace('/** The health page', '/** A page'), false],
  [
    'how an answer is made',
    'src/views/health.ts',
    (text) => text.replace('const NAMED_VERSIONS = 3', 'const NAMED_VERSIONS = 4'),
    false,
  ],
];

describe('the protocol between windows', function () {
  this.timeout(60_000);
  const before = protocolHash();

  for (const [what, file, change, isAnother] of CHANGES) {
    it(`is ${isAnother ? 'another one' : 'the same'} with ${what}`, () => {
      const after = hashWith(file, change);
      if (isAnother) assert.notEqual(after, before);
      else assert.equal(after, before);
    });
  }

  it('is put into the build', async () => {
    const { default: config } = await import('../../../vite.node.config.mts');
    assert.deepEqual((config as { define?: unknown }).define, { ENGINE_PROTOCOL: JSON.stringify(before) });
  });

  it('holds all that pages show, and nothing of the machine it was built on', () => {
    const text = protocolText();
    for (const name of ['MeterView', 'DashboardView', 'AttributionView', 'HealthView', 'RequestReport', 'UsageFilters'])
      assert.match(text, new RegExp(`interface ${name}\\b`));
    assert.ok(!text.includes(root));
  });
});
