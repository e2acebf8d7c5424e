import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../vscode/paths.mjs';
import type { BenchRow } from './row.ts';

const BEGIN = '<!-- bench: written by `npm run bench -- --readme` -->';
const END = '<!-- bench: end -->';

/** Puts text between the marks in the README, in the place of what stood there. Throws when they are missing. */
export function betweenMarks(readme: string, text: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the README has no lines "${BEGIN}" and "${END}"`);
  return `${before}${BEGIN}\n\n${text}\n\n${END}${after}`;
}

export function writeReadme(text: string): void {
  const file = path.join(projectRoot, 'README.md');
  writeDocument(file, betweenMarks(readFileSync(file, 'utf8'), text));
}

/** Writes a document as the project's check wants its tables. */
export function writeDocument(file: string, text: string): void {
  writeFileSync(file, text);
  execFileSync(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', file], {
    cwd: projectRoot,
  });
}

/** What the figures were measured on. */
export function machine(nodeVersion: string): string {
  const [cpu] = cpus();
  const cores = `${cpus().length} cores of ${cpu?.model.trim() || 'an unnamed processor'}`;
  return `${cores}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release().split('-')[0]}, Node ${nodeVersion}`;
}

/** What has no peer, as a table. */
export function ownTable(rows: readonly BenchRow[]): string {
  return ['| | |', '| --- | --- |', ...rows.map(({ what, value }) => `| ${what} | ${value} |`)].join('\n');
}
