/** UTF-8 bytes per UTF-16 code unit at most. */
const MAX_BYTES_PER_UNIT = 3;
const MOST_DIGITS = 10;
const FIRST_BYTES = 1 << 16;

/**
 * A long text that is put together of very many pieces, as UTF-8. To write its bytes takes a fraction of what it takes to make strings of
 * the pieces, to join and to encode them.
 */
export class TextBytes {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #room = FIRST_BYTES;
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  /** Begins anew. */
  clear(): void {
    this.#length = 0;
  }

  add(text: string): void {
    const units = text.length;
    const end = this.#length + units;
    if (this.#length + units * MAX_BYTES_PER_UNIT > this.#room) this.#grow(units * MAX_BYTES_PER_UNIT);
    const bytes = this.#bytes;
    for (let i = 0, at = this.#length; at < end; i++, at++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        this.#length += bytes.write(text, this.#length, 'utf8');
        return;
      }
      // Behind the end it may be written as often as one likes.
      bytes[at] = unit;
    }
    this.#length = end;
  }

  addByte(byte: number): void {
    if (this.#length === this.#room) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Adds a number as it is written in JSON. */
  addNumber(value: number): void {
    if ((value | 0) !== value || value < 0) {
      this.add(String(value));
      return;
    }
    if (this.#length + MOST_DIGITS > this.#room) this.#grow(MOST_DIGITS);
    const bytes = this.#bytes;
    const first = this.#length;
    const end = first + digitsOf(value);
    let rest = value;
    for (let at = end - 1; at >= first; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 48 + rest - 10 * tenth;
      rest = tenth;
    }
    this.#length = end;
  }

  /** A copy of all bytes. */
  copy(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  #grow(more: number): void {
    this.#room = Math.max(2 * this.#room, this.#length + more);
    const larger = Buffer.allocUnsafeSlow(this.#room);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Of a whole number from 0 to 2^31. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 100_000_000 ? (value < 10_000_000 ? 7 : 8) : value < 1_000_000_000 ? 9 : 10;
}
