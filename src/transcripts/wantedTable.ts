import type { Wanted, WantedObject, WantedText } from './wanted.ts';

/** A description as the scanner reads it: numbers in its memory. */
export interface WantedTable {
  /** The address of the root's node. */
  root: number;
  /** By the numbers that the scanner gives to fields. Number 0 is the root, as if it were a field. */
  fields: TableField[];
  /** By their numbers; 0 is the root. */
  nodes: WantedObject[];
  /** The address after the table. */
  end: number;
}

export interface TableField {
  name: string;
  /** Its place in its object, 0 to 30. */
  bit: number;
  /** Number of the object that it may hold, or -1. */
  node: number;
}

const TEXT_KINDS: Readonly<Record<WantedText, number>> = { text: 1, size: 2, start: 3 };
const WHOLE = 0;
const NOTHING = 1;
const STRICT = 1;
const SIZED = 2;
/** Keys are compared 16 bytes at a time. */
const KEY_ROOM = 64;
const MOST_FIELDS = 31;

/** Writes the description into the scanner's memory at `start`, which is a multiple of 16. */
export function writeWanted(wanted: WantedObject, memory: ArrayBuffer, start: number): WantedTable {
  const numbers = new Int32Array(memory);
  const bytes = new Uint8Array(memory);
  const fields: TableField[] = [];
  const nodes = new Map<WantedObject, { address: number; number: number }>();
  let end = start;

  function room(size: number): number {
    const address = end;
    end += (size + 15) & ~15;
    return address;
  }

  function writeNode(object: WantedObject): { address: number; number: number } {
    const known = nodes.get(object);
    if (known) return known;
    const names = Object.keys(object.fields);
    if (names.length > MOST_FIELDS) throw new Error('too many wanted fields');
    const { multiplier, mask, slots } = perfectHash(names);
    const address = room(12 + 4 * slots.length);
    const node = { address, number: nodes.size };
    nodes.set(object, node);
    numbers.set([multiplier, mask, (object.strict ? STRICT : 0) | (object.sized ? SIZED : 0)], address / 4);
    slots.forEach((name, slot) => {
      const field = name === undefined ? 0 : writeField(name, object.fields[name] as Wanted, names.indexOf(name));
      numbers[(address + 12) / 4 + slot] = field;
    });
    return node;
  }

  function writeField(name: string, wanted: Wanted, bit: number): number {
    if (!/^[\x20-\x7e]{1,64}$/.test(name) || /["\\]/.test(name)) throw new Error(`cannot look for "${name}"`);
    const key = room(KEY_ROOM);
    bytes.set(Buffer.from(name), key);
    const address = room(24);
    const field: TableField = { name, bit, node: -1 };
    const number = fields.push(field) - 1;
    const node = wanted.object && writeNode(wanted.object);
    field.node = node?.number ?? -1;
    numbers.set(
      [
        key,
        name.length,
        number,
        wanted.nothing ? 0 : TEXT_KINDS[wanted.text ?? 'text'],
        node?.address ?? (wanted.nothing ? NOTHING : WHOLE),
        wanted.list?.nothing || wanted.nothing ? NOTHING : wanted.list ? writeField(name, wanted.list, bit) : WHOLE,
      ],
      address / 4,
    );
    return address;
  }

  fields.push({ name: '', bit: 0, node: 0 });
  const root = writeNode(wanted).address;
  return { root, fields, nodes: [...nodes.keys()], end };
}

/** A table in which each name has a slot of its own, by its length and some of its characters. */
function perfectHash(names: readonly string[]): { multiplier: number; mask: number; slots: (string | undefined)[] } {
  for (let size = 4; size <= 4096; size *= 2) {
    for (let multiplier = 1; multiplier < 512 && size >= names.length; multiplier += 2) {
      const slots = new Array<string | undefined>(size).fill(undefined);
      const fits = names.every((name) => {
        const slot = hash(name, multiplier) & (size - 1);
        if (slots[slot] !== undefined) return false;
        slots[slot] = name;
        return true;
      });
      if (fits) return { multiplier, mask: size - 1, slots };
    }
  }
  throw new Error('wanted fields too much alike');
}

/** The same as in `assembly/walk.ts`. */
function hash(name: string, multiplier: number): number {
  const { length } = name;
  const middle = length < 4 ? 0 : name.charCodeAt((length >> 1) - 2);
  let sum = length;
  for (const code of [name.charCodeAt(0), name.charCodeAt(length - 1), middle]) sum = Math.imul(sum, multiplier) + code;
  return (sum >>> 8) ^ sum;
}
