import assert from 'node:assert/strict';
import type { Choice } from '../../../src/views/attributionView.ts';
import { matchingChoices } from '../../../webview/ui/matchingChoices.ts';

describe('a list to choose from', () => {
  const choices: Choice[] = ['Fix the login', 'Add dark mode', 'Fix dark colours'].map((label, i) => ({
    key: label,
    label,
    detail: i === 1 ? 'Codex' : 'Claude Code',
    selected: false,
  }));
  for (const [typed, expected] of [
    ['', [0, 1, 2]],
    ['fix', [0, 2]],
    ['DARK fix', [2]],
    ['codex', [1]],
    ['nothing', []],
  ] as const)
    it(`shows what has "${typed}" in it`, () =>
      assert.deepEqual(
        matchingChoices(choices, typed).map((choice) => choices.indexOf(choice)),
        expected,
      ));
});
