// Line by line through a part of a file.
import { indexLine, isOdd, lineEnd, placeIndex } from './lineIndex';
import {
  beginTape,
  forgetLasts,
  LINE,
  placeLasts,
  placeTape,
  put3,
  rewind,
  tapeIsFull,
  tapeMark,
  tapeUsed,
  textsUsed,
} from './tape';
import { walkLine } from './walk';

export { forgetLasts, placeIndex, placeLasts, placeTape, tapeUsed, textsUsed };

/**
 * Scans the whole lines from `from` on and puts on a new tape what the node wants of them; stops when the tape is full. There must be 80
 * bytes of room after `to`.
 * @returns the address after the last line that was scanned
 */
export function scan(from: usize, to: usize, node: usize): usize {
  beginTape();
  store<u8>(to, 10);
  while (from < to) {
    const newline = indexLine(from);
    if (newline >= to) break;
    if (lineEnd > from) {
      const mark = tapeMark();
      put3(LINE | 256, <i32>from, <i32>lineEnd);
      if (isOdd || !walkLine(node)) {
        const isFull = tapeIsFull();
        rewind(mark);
        forgetLasts();
        // The next tape may have room for it; on an empty one it is a line for the parser.
        if (isFull && tapeUsed() > 0) return from;
        put3(LINE, <i32>from, <i32>lineEnd);
      }
    }
    from = newline + 1;
    if (tapeIsFull()) break;
  }
  return from;
}
