import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AGENT_IDS } from '../../src/agents/allAgents.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json'));
const editorCode = [
  read('src/extension.ts'),
  ...readdirSync(path.join(root, 'src/editor')).map((name) => read(`src/editor/${name}`)),
].join('\n');

/** Every distinct first group of a pattern in the editor's code. */
const named = (pattern: RegExp): string[] =>
  [...new Set([...editorCode.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();

describe('the manifest', () => {
  it('declares the commands that are registered, and no other', () => {
    const declared = manifest.contributes.commands.map((entry: { command: string }) => entry.command).sort();
    assert.deepEqual(named(/'(agentTokenMeter\.\w+)': (?:async )?\(/g), declared);
  });

  it('declares the settings that are read, and no other', () => {
    const declared = Object.keys(manifest.contributes.configuration.properties).map((name) =>
      name.replace('agentTokenMeter.', ''),
    );
    const readHere = named(/get(?:<[^(]*>)?\(\s*['`]([\w.${}-]+)['`]/g).filter(
      (name) => !['window', 'lens'].includes(name),
    );
    const expected = readHere.flatMap((name) => (name === 'paths' ? AGENT_IDS.map((id) => `paths.${id}`) : [name]));
    assert.deepEqual(expected.sort(), declared.sort());
  });

  it('lets no workspace choose what is read', () => {
    const properties: Record<string, { scope: string }> = manifest.contributes.configuration.properties;
    const choosing = Object.entries(properties).filter(([name]) => /paths|disabledAgents/.test(name));
    assert.equal(choosing.length, AGENT_IDS.length + 1);
    for (const [name, { scope }] of choosing) assert.equal(scope, 'machine', name);
  });

  it('lets no workspace open the server', () => {
    const properties: Record<string, { scope: string; default: unknown }> =
      manifest.contributes.configuration.properties;
    assert.equal(properties['agentTokenMeter.server.enabled']?.default, false);
    for (const name of ['enabled', 'port'])
      assert.equal(properties[`agentTokenMeter.server.${name}`]?.scope, 'machine');
  });

  it('offers every agent to be switched off', () => {
    const { items } = manifest.contributes.configuration.properties['agentTokenMeter.disabledAgents'];
    assert.deepEqual(items.enum, AGENT_IDS);
  });

  it('names files that exist, and packages them', () => {
    const pictures = [...read('package.json').matchAll(/"(media\/[^"]+)"/g)].map((match) => match[1] ?? '');
    assert.ok(pictures.length > 10);
    for (const name of [...pictures, 'README.md', 'CHANGELOG.md', 'LICENSE']) {
      assert.ok(existsSync(path.join(root, name)), name);
      const packaged = read('.vscodeignore').includes(`!${name.replace(/[^/]*\.png$/, '*.png')}`);
      assert.ok(packaged || read('.vscodeignore').includes(`!${name}`), `${name} is not packaged`);
    }
  });

  it('declares the views that are registered, and no other', () => {
    const views: { id: string }[] = Object.values(manifest.contributes.views).flat() as { id: string }[];
    assert.deepEqual(
      named(/(?:createTreeView|registerWebviewViewProvider)\(\s*'([\w.]+)'/g),
      views.map(({ id }) => id).toSorted(),
    );
  });

  it('leads to commands that exist', () => {
    const declared = new Set(manifest.contributes.commands.map((entry: { command: string }) => entry.command));
    const texts = `${read('package.json')}${read('package.nls.json')}`;
    const used = [...texts.matchAll(/(?:command:|"command": "|onCommand:)(agentTokenMeter\.\w+)(\.focus)?/g)];
    assert.ok(used.length > 10);
    for (const [, name, isFocus] of used) if (!isFocus) assert.ok(declared.has(name), name);
  });

  it('describes every setting, in an order, with a default that it allows', () => {
    const settings = Object.entries<{
      order?: number;
      default?: unknown;
      scope?: string;
      markdownDescription?: string;
      description?: string;
    }>(manifest.contributes.configuration.properties);
    for (const [name, setting] of settings) {
      assert.ok(setting.markdownDescription ?? setting.description, `${name} has no description`);
      assert.notEqual(setting.order, undefined, `${name} has no order`);
      assert.notEqual(setting.default, undefined, `${name} has no default`);
      assert.ok(setting.scope, `${name} has no scope`);
    }
    const orders = settings.map(([, { order }]) => order);
    assert.equal(new Set(orders).size, orders.length, 'two settings have the same place');
  });

  it('has the version that the changelog begins with', () => {
    const [, version] = /^## (\S+)/m.exec(read('CHANGELOG.md')) ?? [];
    assert.equal(version, manifest.version);
  });
});

describe('the contributor notes', () => {
  it('have one line for each folder of the sources, and no other', () => {
    const table = [...read('CONTRIBUTING.md').matchAll(/^\| `((?:src|webview|test)\/[^`]*)` *\|/gm)].map(
      (match) => match[1],
    );
    const folders = ['src', 'webview', 'test'].flatMap((top) =>
      readdirSync(path.join(root, top), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${top}/${entry.name}`),
    );
    assert.deepEqual(table.toSorted(), folders.toSorted());
  });
});
