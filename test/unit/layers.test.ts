import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Data flows one way: a file imports from its own folder or from one to its left. Folders of one step do not know each other. */
const ORDER: string[][] = [
  ['src/transcripts'],
  ['src/agents'],
  ['src/ledger'],
  ['src/store'],
  ['src/queries'],
  ['src/views'],
  ['src/team', 'src/telemetry'],
  ['src/engine'],
  ['src/server', 'src/editor'],
  ['src/cli'],
  ['webview'],
];
/** Who may import a module that ties the code to a place. */
const ONLY_IN: Record<string, string[]> = {
  vscode: ['src/editor', 'src/extension.ts'],
  'sql.js': ['src/store'],
  pg: ['src/team'],
  '@opentelemetry': ['src/telemetry'],
  svelte: ['webview'],
  layercake: ['webview'],
};
/** What other extensions see; it imports nothing. */
const PUBLISHED = 'api.d.ts';
/** They build the chain, so they may import any of `src`. */
const ENTRIES = ['src/extension.ts', 'src/engineWorker.ts', 'src/cli.ts'];

const root = path.join(import.meta.dirname, '../..');
const sources = ['src', 'webview']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(ts|svelte)$/.test(name));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\s*\(?\s*['"]([^'"]+)['"]/g),
  ].map((match) => match[1] ?? match[2] ?? '');
}

const stepOf = (file: string): number =>
  ORDER.findIndex((step) => step.some((folder) => file.startsWith(`${folder}/`)));
const folderOf = (file: string): string | undefined => ORDER.flat().find((folder) => file.startsWith(`${folder}/`));

/** Why a file may not import a module, or `undefined`. */
function objection(file: string, module: string): string | undefined {
  if (!module.startsWith('.')) {
    const guarded = Object.entries(ONLY_IN).find(([name]) => module === name || module.startsWith(`${name}/`));
    const allowed = !guarded || guarded[1].some((place) => file === place || file.startsWith(`${place}/`));
    return allowed ? undefined : `${file} imports ${module}, which only ${guarded?.[1].join(' and ')} may`;
  }
  if (ENTRIES.includes(file)) return undefined;
  const target = path.posix.join(path.posix.dirname(file), module);
  if (target === PUBLISHED) return undefined;
  const isOwn = folderOf(target) !== undefined && folderOf(target) === folderOf(file);
  if (isOwn || (stepOf(target) >= 0 && stepOf(target) < stepOf(file))) return undefined;
  return `${file} imports ${target}`;
}

describe('the order of the layers', () => {
  it('finds the sources and their imports', () => {
    assert.ok(sources.length > 60);
    assert.ok(importsOf('src/ledger/fileFold.ts').includes('./threadRow.ts'));
    assert.ok(sources.some((file) => file.endsWith('.svelte') && importsOf(file).length > 0));
  });

  it('objects to what it should object to', () => {
    assert.ok(objection('src/agents/codex.ts', '../store/reader.ts'));
    assert.ok(objection('src/editor/page.ts', '../server/http.ts'));
    assert.ok(objection('src/engine/ingest.ts', 'vscode'));
    assert.ok(objection('src/queries/limits.ts', 'sql.js/dist/sql-wasm-debug.js'));
    assert.equal(objection('src/store/reader.ts', '../ledger/rows.ts'), undefined);
  });

  it('knows every folder', () => {
    const unknown = sources.filter((file) => stepOf(file) < 0 && !ENTRIES.includes(file));
    assert.deepEqual(unknown, []);
  });

  it('holds', () => {
    const broken = sources.flatMap((file) => importsOf(file).map((module) => objection(file, module))).filter(Boolean);
    assert.deepEqual(broken, []);
  });
});
