import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Truth } from './truth.ts';

/** A transcript that is being written. */
export interface CorpusFile {
  path: string;
  row(json: string): void;
  /** Text that is no whole row. */
  torn(text: string): void;
  bytes(): number;
  /** Sets the file's time, as an agent that wrote its last row then. */
  close(atMs: number): void;
}

const FLUSH_CHARS = 1 << 20;

/** @param truth gets files, rows and bytes. @param copies gets every row, for who copies them */
export function corpusFile(file: string, truth: Truth, copies?: string[]): CorpusFile {
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  let waiting: string[] = [];
  let chars = 0;
  let written = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const bytes = Buffer.from(waiting.join(''));
    writeSync(descriptor, bytes);
    written += bytes.length;
    waiting = [];
    chars = 0;
  };
  const torn = (text: string): void => {
    waiting.push(text);
    chars += text.length;
    if (chars > FLUSH_CHARS) flush();
  };
  truth.files++;
  return {
    path: file,
    row(json) {
      truth.rows++;
      copies?.push(json);
      torn(`${json}\n`);
    },
    torn,
    // What waits is counted in characters: nearly the same.
    bytes: () => written + chars,
    close(atMs) {
      flush();
      closeSync(descriptor);
      utimesSync(file, atMs / 1000, atMs / 1000);
      truth.bytes += written;
    },
  };
}
