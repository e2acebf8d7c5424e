import assert from 'node:assert/strict';
import { readSource, sourceFiles } from './l10n/sourceTexts.ts';

/** The body of each rule for what is pointed at. */
const hoverRules = (source: string): string[] =>
  [...source.matchAll(/:hover[^{}]*\{([^}]*)\}/g)].map(([, body]) => body ?? '');

// The colours of what is pointed at are not there in high contrast.
describe('What is pointed at', () => {
  for (const file of [...sourceFiles('webview').filter((name) => name.endsWith('.svelte')), 'webview/page.css']) {
    const coloured = hoverRules(readSource(file)).filter((body) =>
      /--vscode-(toolbar|list)-hoverBackground/.test(body),
    );
    if (coloured.length === 0) continue;
    it(`has a border in high contrast, in ${file}`, () => {
      for (const body of coloured) assert.match(body, /outline: [^;]*--vscode-contrastActiveBorder|border-color:/);
    });
  }
});
