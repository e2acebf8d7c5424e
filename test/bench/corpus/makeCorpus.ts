import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { random } from '../../fuzz/random.ts';
import { moreRows, writeClaudeCorpus } from './claudeCorpus.ts';
import { writeCodexCorpus } from './codexCorpus.ts';
import { makeTexts } from './text.ts';
import { noTruth, type Truth } from './truth.ts';

export interface CorpusOptions {
  agent: 'claude-code' | 'codex';
  /** Of all files together, about. */
  bytes: number;
  /** Of a session, the median. As large as `bytes` makes one session in one file. */
  sessionBytes?: number;
  /** Ends with so many files, if not with so many bytes. */
  files?: number;
  /** The same seed gives the same bytes. */
  seed?: number;
}

/** A home with transcripts as agents write them, and what is true of them. */
export interface Corpus {
  home: string;
  truth: Truth;
  /** In the week of the newest sessions. */
  nowMs: number;
  /** Some of the files get longer by some exchanges; the truth with them. */
  grow(files: number, exchanges: number): void;
  remove(): void;
}

/** Fixed, so that the same options give the same home; in the past, so that nothing is newer than now. */
const END_MS = Date.UTC(2026, 5, 1);
const SESSION_BYTES = 210_000;

/** Writes a home in a temporary folder: a gigabyte in some twenty seconds. */
export function makeCorpus({ agent, bytes, sessionBytes = SESSION_BYTES, files, seed = 1 }: CorpusOptions): Corpus {
  const home = mkdtempSync(path.join(tmpdir(), 'atm-bench-'));
  const chance = random(seed);
  const truth = noTruth();
  const voice = { random: chance, texts: makeTexts(chance), truth };
  const write = agent === 'codex' ? writeCodexCorpus : writeClaudeCorpus;
  write(voice, { home, bytes, sessionBytes, files, endMs: END_MS });
  // Otherwise the disk still writes it while it is read, and whoever stores something waits for that.
  spawnSync('sync');
  let growths = 0;
  return {
    home,
    truth,
    nowMs: END_MS - 3_600_000,
    grow(files, exchanges) {
      const sessions = readdirSync(path.join(home, '.claude'), { recursive: true, encoding: 'utf8' })
        .filter((name) => /[\\/][0-9a-f-]{36}\.jsonl$/.test(name))
        .sort();
      growths++;
      for (let n = 0; n < files; n++) {
        const name = sessions[(growths * 7919 + n * 104_729) % sessions.length] as string;
        const file = path.join(home, '.claude', name);
        const rows = moreRows(voice, path.basename(name, '.jsonl'), exchanges, END_MS + growths * 60_000);
        appendFileSync(file, rows);
        truth.bytes += Buffer.byteLength(rows);
      }
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
