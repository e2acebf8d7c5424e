import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LineAgent } from '../../src/agents/agent.ts';
import { ALL_AGENTS } from '../../src/agents/allAgents.ts';
import { createScanner, type Scanner } from '../../src/transcripts/scanner.ts';
import type { WantedObject } from '../../src/transcripts/wanted.ts';
import { type Comparison, compareReadings, compareValues } from './compare.ts';
import { madeUpObject, mutated } from './lines.ts';
import { type Random, random } from './random.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures/agents');
const LINES_PER_ROUND = 40;
/** Lines of fixtures that are longer are cut short: damage should hit what matters. */
const LONGEST_SEED = 4000;

/** An agent whose records are scanned, and how its files may be called. */
export interface Subject {
  agent: LineAgent & { wanted: WantedObject };
  scanner: Scanner;
  /** Lines of its fixtures. */
  seeds: Buffer[];
  paths: string[];
}

/** All agents whose records are scanned. */
export function subjects(module: WebAssembly.Module): Subject[] {
  return ALL_AGENTS.flatMap((agent) => {
    if (agent.form !== 'lines' || !agent.wanted) return [];
    const { wanted } = agent;
    const files = readdirSync(path.join(FIXTURES, agent.id), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => path.join(FIXTURES, agent.id, name));
    const paths = files.flatMap((file) => {
      const parts = file.split(path.sep);
      const below = [2, 3, 4].map((depth) => parts.slice(-depth).join('/'));
      return below.filter(agent.isTranscript).slice(0, 1);
    });
    const seeds = files
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line !== '' && line.length <= LONGEST_SEED)
      .map((line) => Buffer.from(line));
    return [{ agent: { ...agent, wanted }, scanner: createScanner(module, wanted), seeds, paths }];
  });
}

/** What a run saw: `round` is the seed that makes a difference come again. */
export interface FuzzResult extends Comparison {
  round: number;
}

/** Throws damaged lines at the scanner until it has seen so many, or has told something else than `JSON.parse`. */
export function fuzz(subject: Subject, seed: number, lines: number): FuzzResult {
  const result: FuzzResult = { lines: 0, scanned: 0, difference: undefined, round: seed };
  for (; ; result.round++) {
    const bytes = damaged(subject, random(result.round));
    const values = compareValues(subject.scanner, subject.agent.wanted, bytes);
    const file = subject.paths[result.round % subject.paths.length] as string;
    const readings = compareReadings(subject.agent, subject.scanner, file, bytes);
    result.lines += values.lines;
    result.scanned += values.scanned;
    result.difference = values.difference ?? readings.difference;
    if (result.difference || result.lines >= lines) return result;
  }
}

/** Lines of fixtures and made-up ones, more or less damaged. */
function damaged({ agent, seeds }: Subject, chance: Random): Buffer {
  const lines: Buffer[] = [];
  for (let count = 0; count < LINES_PER_ROUND; count++) {
    const line = chance.chance(0.5)
      ? chance.pick(seeds)
      : Buffer.from(JSON.stringify(madeUpObject(agent.wanted, chance)));
    lines.push(mutated(line, chance, seeds), Buffer.from(chance.chance(0.05) ? '\r\n' : '\n'));
  }
  if (chance.chance(0.2)) lines.pop();
  return Buffer.concat(lines);
}
