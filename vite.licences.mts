import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** Writes the licences of every package that a bundle holds to `dist/licences/<name>.txt`: their terms ask for it. */
export function licences(name: string): Plugin {
  return {
    name: 'licences of what is bundled',
    buildEnd() {
      const packages = new Set<string>();
      for (const id of this.getModuleIds()) {
        const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/').replace(/^\0/, ''));
        if (found?.[1]) packages.add(found[1]);
      }
      const texts = [...packages].sort().map(licenceOf);
      mkdirSync('dist/licences', { recursive: true });
      writeFileSync(`dist/licences/${name}.txt`, texts.join(`\n${'-'.repeat(80)}\n\n`));
    },
  };
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const file = files.find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
}
