import assert from 'node:assert/strict';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');

/** What takes long to load, or is no business of the thread that every extension of a window shares. */
const HEAVY = ['@pydantic/genai-prices', 'sql.js', 'pg', '@opentelemetry/', '@modelcontextprotocol/'];

/** Every module that is loaded with a file, with the way that leads to it; types and what is imported later do not count. */
function loadedWith(entry: string): Map<string, string[]> {
  const ways = new Map<string, string[]>([[entry, [entry]]]);
  for (const [file, way] of ways) {
    if (!file.endsWith('.ts')) continue;
    const text = ts.sys.readFile(path.join(root, file)) ?? '';
    // Without its types: what is imported for them alone is gone.
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    });
    for (const [, name = ''] of outputText.matchAll(/^(?:import|export)\b[^'"]*['"]([^'"]+)['"]/gm)) {
      const module = name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name;
      if (!ways.has(module)) ways.set(module, [...way, module]);
    }
  }
  return ways;
}

describe('what a window loads when it opens', function () {
  this.timeout(60_000);
  const loaded = loadedWith('src/extension.ts');

  it('is looked at', () => {
    for (const module of ['src/editor/commands.ts', 'src/engine/openEngine.ts', 'vscode-jsonrpc/node', 'vscode'])
      assert.ok(loaded.has(module), module);
    assert.ok(loadedWith('src/cli/commandLine.ts').has('@pydantic/genai-prices'), 'the command line prices by itself');
  });

  for (const heavy of HEAVY)
    it(`is not ${heavy}`, () =>
      assert.deepEqual(
        [...loaded].filter(([module]) => module.startsWith(heavy)).map(([, way]) => way.join(' → ')),
        [],
      ));
});
