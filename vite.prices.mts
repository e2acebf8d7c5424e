import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import type { Plugin } from 'vite';

/** Beside the code: the models of each provider as JSON, one provider a line. */
const FILE = 'prices.jsonl';
/** The library begins with its catalogue, a literal of 800 kB. */
const CATALOGUE = /^const (\w+) = (\[\n[\s\S]*?\n\]), (?=\w+ = \{\n)/;

/**
 * The price library with the models of a provider made when they are asked for: to make all of them takes longer than most questions of the
 * command line. Nothing else of it changes.
 *
 * @returns the library's code, and the lines of the file that it reads. Throws when the library is not as it is known
 */
export function pricesOnDemand(code: string): { code: string; lines: string } {
  const [whole, name, literal] = CATALOGUE.exec(code) ?? [];
  if (whole === undefined || literal === undefined)
    throw new Error('the price library does not begin with its catalogue');
  // In a realm of its own: the package is trusted no less than when it is imported.
  const providers = JSON.parse(runInNewContext(`JSON.stringify(${literal})`) as string) as { models: unknown }[];
  const head = `
import { readFileSync as readPrices } from 'node:fs';
import { fileURLToPath as pathOfPrices } from 'node:url';
let priceLines;
const modelsOf = (index) => {
  priceLines ??= readPrices(pathOfPrices(new URL('./${FILE}', import.meta.url)), 'utf8').split('\\n');
  return JSON.parse(priceLines[index]);
};
const ${name} = ${JSON.stringify(providers.map((provider) => ({ ...provider, models: undefined })))}.map((provider, index) => {
  let models;
  return Object.defineProperty(provider, 'models', { enumerable: true, get: () => (models ??= modelsOf(index)) });
});
const `;
  return {
    code: head + code.slice(whole.length),
    lines: providers.map(({ models }) => JSON.stringify(models)).join('\n'),
  };
}

/** The same for the build. */
export function prices(): Plugin {
  let lines: string | undefined;
  return {
    name: 'prices on demand',
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith('/@pydantic/genai-prices/dist/index.js')) return undefined;
      const made = pricesOnDemand(code);
      lines = made.lines;
      return { code: made.code, map: null };
    },
    writeBundle({ dir = 'dist' }) {
      if (lines === undefined) throw new Error('the price library is not part of the build');
      writeFileSync(path.join(dir, FILE), lines);
    },
  };
}
