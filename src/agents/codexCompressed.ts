import { basename, dirname } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { codex } from './codex.ts';
import { readCodexRecords } from './codexRecords.ts';

/** Undoes zstd. Throws when the bytes are damaged or end too early, and `ERR_BUFFER_TOO_LARGE` when there is more than `maxOutputLength`. */
export type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Since Node 22.15; absent before. Loaded when there is such a file. */
const builtIn = (): Decompress | undefined =>
  (process.getBuiltinModule('node:zlib') as { zstdDecompressSync?: Decompress }).zstdDecompressSync;

/** A rollout of this size does not exist; a bomb does not get further. */
const LARGEST_BYTES = 1 << 30;
const NEWLINE = 10;

/** Rollouts that newer versions of Codex have compressed, long after the last record: `rollout-<time>-<thread>.jsonl.zst`. */
export const codexCompressed: DocumentAgent = compressedCodex(builtIn);

/**
 * Codex's compressed rollouts. Their records are those of the plain file, which counts where both are there. Offsets are those in the plain
 * text.
 *
 * @param decompressor asked for with each file; gives `undefined` where the runtime cannot: the file is then one rejected record
 */
export function compressedCodex(decompressor: () => Decompress | undefined): DocumentAgent {
  return {
    id: codex.id,
    label: codex.label,
    form: 'document',
    roots: codex.roots,
    isTranscript: (relativePath) => /(^|\/)rollout-[^/]*\.jsonl\.zst$/.test(relativePath),
    companions: (file) => [plainPath(file)],
    read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
      if (disk.list(dirname(file.path)).includes(basename(plainPath(file)))) return [];
      const decompress = decompressor();
      if (!decompress) return [rejected('compressed: needs Node 22.15')];
      const packed = disk.read(file.path);
      if (!packed) return undefined;
      let lines: Uint8Array;
      try {
        lines = decompress(packed, { maxOutputLength: LARGEST_BYTES });
      } catch (error) {
        const isTooLarge = (error as { code?: unknown } | null)?.code === 'ERR_BUFFER_TOO_LARGE';
        return isTooLarge ? [rejected('compressed: too large')] : undefined;
      }
      return readLines(lines, basename(file.path, '.jsonl.zst'), file.account);
    },
  };
}

const plainPath = (file: TranscriptFile): string => file.path.slice(0, -'.zst'.length);

const rejected = (detail: string): PlacedReading => ({ events: [], outcome: 'rejected', detail, offset: 0 });

/** What the plain file would tell: a last line without its newline was never finished. */
function readLines(bytes: Uint8Array, name: string, account: string | undefined): PlacedReading[] | undefined {
  const reader = readCodexRecords({ name, account });
  const readings: PlacedReading[] = [];
  let offset = 0;
  for (let end = bytes.indexOf(NEWLINE); reader && end >= 0; end = bytes.indexOf(NEWLINE, offset)) {
    const record = { bytes: bytes.subarray(offset, end), offset };
    if (end > offset) readings.push({ ...reader.read(record), offset });
    offset = end + 1;
  }
  return reader && readings;
}
