// Activates the built extension where there is no editor, and measures what that takes of this thread:
//   node activationProcess.cjs <home> <storage folder>
// Plain JavaScript, as a loader that translates would be measured too.

const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const [, , home, storageDir] = process.argv;
const root = path.join(__dirname, '../..');

/** Answers every question with itself. */
const anything = new Proxy(function nothing() {}, {
  get(_target, name) {
    // It is no promise, and a text where one is wanted.
    if (name === 'then') return undefined;
    return name === Symbol.toPrimitive ? () => '' : anything;
  },
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});
const uri = (file) => ({ fsPath: file, scheme: 'file', toString: () => `file://${file}` });
const settings = { get: (_name, otherwise) => otherwise };
/** Everything that the editor's interface has. */
const types = readFileSync(path.join(root, 'node_modules/@types/vscode/index.d.ts'), 'utf8');
const names = [...types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|const) (\w+)/gm)].map(
  ([, name]) => name,
);
/** An editor that shows nothing and tells nothing; its settings are all at their defaults. */
const vscode = {
  ...Object.fromEntries(names.map((name) => [name, anything])),
  workspace: {
    getConfiguration: () => settings,
    workspaceFolders: [],
    onDidChangeConfiguration: () => anything,
    onDidChangeWorkspaceFolders: () => anything,
    onDidGrantWorkspaceTrust: () => anything,
  },
  env: { language: 'en' },
  l10n: { t: (text) => String(text), bundle: undefined },
  Uri: { joinPath: (base, ...parts) => uri(path.join(base.fsPath, ...parts)) },
};
// The host of extensions has these before it loads any extension: they are imports of its own code (`extensionHostProcess.js`).
for (const name of [
  'assert',
  'child_process',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'http',
  'net',
  'os',
  'stream',
  'url',
  'util',
  'zlib',
])
  require(`node:${name}`);
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load.call(Module, name, ...rest));

/** Processor time of this thread in milliseconds. */
const threadMs = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;

async function run() {
  process.env.ATM_HOME = home;
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const state = { get: (_name, otherwise) => otherwise, update: async () => undefined };
  const context = {
    extensionUri: uri(root),
    globalStorageUri: uri(storageDir),
    globalState: state,
    workspaceState: state,
    secrets: {
      get: async () => undefined,
      store: async () => undefined,
      delete: async () => undefined,
      onDidChange: () => anything,
    },
    subscriptions: [],
    extension: { packageJSON: { version } },
  };
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = threadMs();
  const extension = require(path.join(root, 'dist', 'extension.js'));
  const loadedMs = threadMs() - began;
  const activating = extension.activate(context);
  const blockedMs = threadMs() - began;
  await activating;
  const activeMs = threadMs() - began;
  // The first figures and the picture of the hover.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const inAllMs = threadMs() - began;
  process.stdout.write(JSON.stringify({ loadedMs, blockedMs, activeMs, inAllMs }), () => process.exit(0));
}

void run();
