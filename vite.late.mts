import type { Plugin } from 'vite';

/** What a package loads at its start and hardly ever needs: for each the end of the file's path, the words, and what takes their place. */
const LATE: { file: string; words: string; instead: string }[] = [
  {
    // Where a table of texts is read from a file by its name.
    file: '/@vscode/l10n/dist/main.js',
    words: 'var import_promises = require("fs/promises");',
    instead: 'var import_promises = { get readFile() { return process.getBuiltinModule("fs/promises").readFile; } };',
  },
];

/** Modules of Node that packages load with themselves are loaded with their first use: some take as long as all of our own code. */
export function lateModules(): Plugin {
  return {
    name: 'modules of Node with their first use',
    transform(code, id) {
      const late = LATE.find(({ file }) => id.replaceAll('\\', '/').endsWith(file));
      if (!late) return undefined;
      if (!code.includes(late.words)) throw new Error(`${id} loads its modules in another way`);
      return { code: code.replace(late.words, () => late.instead), map: null };
    },
  };
}
