/** What a reader wants of a text: itself, its length alone, or its length and its first `START_CHARS` characters. */
export type WantedText = 'text' | 'size' | 'start';

/** So many characters, at least, of a text that is wanted as `start` are true; what follows is filler. */
export const START_CHARS = 256;

/**
 * What is wanted of a value, by the type it may have. A type that is not named is given as it stands in the record; numbers, booleans and
 * `null` always are, but with `nothing`.
 */
export interface Wanted {
  text?: WantedText;
  object?: WantedObject;
  /** What is wanted of each element. */
  list?: Wanted;
  /** The field is known but not needed, whatever it holds. */
  nothing?: true;
}

/** The wanted fields of an object by their names: at most 31, each of at most 64 ASCII characters. All others are left out.
 * Those that a record does not have are there as `undefined`. */
export interface WantedObject {
  fields: Readonly<Record<string, Wanted>>;
  /** The length of the whole value as JSON is wanted too: `jsonSize` tells it. */
  sized?: true;
  /** An object with any other field is given as it stands in the record. */
  strict?: true;
}

/** A text that is needed as it is. */
export const TEXT: Wanted = { text: 'text' };
/** A text of which only the length matters. */
export const SIZE: Wanted = { text: 'size' };
/** A text of which the length and the beginning matter. */
export const START: Wanted = { text: 'start' };

const JSON_SIZE = Symbol('length as JSON');

/** An object of which some fields were left out, with its length as JSON. */
export interface SizedObject {
  [JSON_SIZE]?: number;
}

/** Length of a `sized` object as `JSON.stringify` would write it; `undefined` for any other value. */
export function jsonSize(value: object): number | undefined {
  return (value as SizedObject)[JSON_SIZE];
}

export function setJsonSize(value: object, size: number | undefined): void {
  (value as SizedObject)[JSON_SIZE] = size;
}

const ONLY_WANTED = Symbol('has no other fields');

/** Whether a `strict` object is known to have none but the wanted fields. */
export function hasOnlyWanted(value: object): boolean {
  return (value as { [ONLY_WANTED]?: true })[ONLY_WANTED] === true;
}

export function setOnlyWanted(value: object): void {
  (value as { [ONLY_WANTED]?: true })[ONLY_WANTED] = true;
}
