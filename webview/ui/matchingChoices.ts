import type { Choice } from '../../src/views/attributionView.ts';

/** The choices in which every typed word stands, in the name or below it, whatever the case. All of them for nothing typed. */
export function matchingChoices(choices: readonly Choice[], typed: string): Choice[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return choices.filter((choice) => {
    const text = `${choice.label} ${choice.detail ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
