import { LASTS, readTape } from './scanTape.ts';
import type { WantedObject } from './wanted.ts';
import { writeWanted } from './wantedTable.ts';

/** Finds the lines in a part of a file, and in each what is wanted of it, without parsing it. One for each thread and description. */
export interface Scanner {
  /** Where the part of the file is to be put: room for the longest line that is scanned. */
  readonly bytes: Buffer;
  /**
   * Hands the whole lines of `bytes[from..to)` to `onLine` in order: where each stands, without its newline and a carriage return before
   * that, and what is wanted of it; `undefined` for a line that must be parsed. Empty lines are skipped. The value is only valid during the
   * call. `onLine` returns `false` to stop.
   *
   * @returns where the first line begins that was not looked at; of no use when it was stopped
   */
  scan(from: number, to: number, onLine: OnLine): number;
}

export type OnLine = (start: number, end: number, value: object | undefined) => boolean;

/** What the module exports: see `assembly/scan.ts`. */
interface ScannerExports {
  placeIndex(at: number, longestLine: number): void;
  placeTape(at: number, bytes: number, textsAt: number, textBytes: number): void;
  placeLasts(at: number, fields: number): void;
  forgetLasts(): void;
  scan(from: number, to: number, root: number): number;
  tapeUsed(): number;
  textsUsed(): number;
}

const PAGE = 1 << 16;
const LONGEST_LINE = 8 << 20;
const TAPE_BYTES = 1 << 20;
const TEXT_BYTES = 1 << 18;
const LAST_BYTES = LASTS * 128;
/** A text that is known keeps those of its whole tape in memory: after so many tapes all are forgotten. */
const TAPES_WITH_LASTS = 32;
/** Of each 64 bytes of a line the scanner notes 20. */
const INDEX_BYTES = 20 * (LONGEST_LINE / 64 + 2);
/** The scanner looks so far beyond the end of what it is given. */
const LOOK_AHEAD = 256;

/** @param module the compiled `assembly/scan.ts` */
export function createScanner(module: WebAssembly.Module, wanted: WantedObject): Scanner {
  // The first page is the module's own. What is not used costs no memory.
  const table = writeWanted(wanted, new ArrayBuffer(PAGE), 0);
  let end = PAGE + table.end;
  const room = (bytes: number): number => {
    const at = (end + 255) & ~255;
    end = at + bytes + LOOK_AHEAD;
    return at;
  };
  const lasts = room(table.fields.length * LAST_BYTES);
  const texts = room(TEXT_BYTES);
  const tape = room(TAPE_BYTES);
  const index = room(INDEX_BYTES);
  const input = room(LONGEST_LINE);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) });
  const { root } = writeWanted(wanted, memory.buffer, PAGE);
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ScannerExports;
  exports.placeIndex(index, LONGEST_LINE);
  exports.placeTape(tape, TAPE_BYTES, texts, TEXT_BYTES);
  exports.placeLasts(lasts, table.fields.length);
  exports.forgetLasts();
  const lines = readTape({ buffer: memory.buffer, tape, texts }, table);
  let tapes = 0;
  /** All texts of the last tape are known. */
  let isTaken = true;
  const forget = (): void => {
    exports.forgetLasts();
    lines.forget();
  };
  return {
    bytes: Buffer.from(memory.buffer, input, LONGEST_LINE),
    scan(from, to, onLine) {
      let at = input + from;
      for (;;) {
        const before = at;
        if (!isTaken || ++tapes % TAPES_WITH_LASTS === 0) forget();
        isTaken = false;
        at = exports.scan(at, input + to, root);
        lines.begin(exports.tapeUsed(), exports.textsUsed());
        for (let line = lines.next(); line; line = lines.next())
          if (!onLine(line.start - input, line.end - input, line.value)) return at - input;
        isTaken = true;
        if (at === before || at === input + to) return at - input;
      }
    },
  };
}
