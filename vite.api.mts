import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type ts from 'typescript';
import { declarationsFrom } from './vite.declarations.mts';

const FILE = path.join(import.meta.dirname, 'api.d.ts');
const ROOT_FILE = 'src/editor/publicApi.ts';
const FIRST_LINE = '// Made by `npm run build` of src/editor/publicApi.ts: the types that other extensions use.';

/** What is published for other extensions: the API, and every type that it leads to, as they stand in the sources. */
export function apiText(): string {
  const texts = declarationsFrom(ROOT_FILE, ['AgentTokenMeter']).map(exported);
  return `${[FIRST_LINE, ...texts].join('\n\n')}\n`;
}

/** A type's declaration with its comment. */
function exported(declaration: ts.Node): string {
  const text = declaration.getFullText().trim();
  const keyword = text.search(/^(export )?(interface|type) /m);
  return text.startsWith('export ', keyword) ? text : `${text.slice(0, keyword)}export ${text.slice(keyword)}`;
}

/** Writes it beside the manifest, where it differs. */
export const api = (): { name: string; buildStart(): void } => ({
  name: 'api.d.ts',
  buildStart() {
    const text = apiText();
    if (readFileSync(FILE, 'utf8') !== text) writeFileSync(FILE, text);
  },
});
