// Whether what is measured is written as `JSON.stringify` would write it: a flag, and the keys that tell of repeated ones. AssemblyScript
// lets no other file set what is exported, so there are functions for it; the compiler dissolves them.

let isNotAlike = false;

export function isUnlike(): bool {
  return isNotAlike;
}

export function setUnlike(is: bool): void {
  isNotAlike = is;
}

/** Signatures of the keys of the objects that are being measured, one after the other. */
const MOST_KEYS = 512;
const signatures = memory.data(MOST_KEYS * 8);
let signaturesUsed: i32 = 0;

/** Two equal keys have equal signatures. */
function signature(from: usize, length: u32): u64 {
  const some: u64 = length >= 8 ? ~(<u64>0) : ((<u64>1) << (<u64>length * 8)) - 1;
  const begin = load<u64>(from) & some;
  const end = length >= 8 ? load<u64>(from + length - 8) : 0;
  return (begin * 0x9e37_79b9_7f4a7) ^ (end * 0xc2b2_ae3d_27d4f) ^ <u64>length;
}

/** Notes a key of the object whose keys began at `first`; a repeated one is not what `JSON.stringify` would write. */
export function noteKey(first: i32, from: usize, to: usize): void {
  const mark = signature(from, <u32>(to - from));
  for (let i = first; i < signaturesUsed; i++) if (load<u64>(signatures + (i << 3)) === mark) isNotAlike = true;
  if (signaturesUsed === MOST_KEYS) isNotAlike = true;
  else store<u64>(signatures + (signaturesUsed++ << 3), mark);
}

/** How many keys are noted: where those of the next object begin. */
export function keysNoted(): i32 {
  return signaturesUsed;
}

/** Forgets all keys but the first `count`. */
export function forgetKeys(count: i32): void {
  signaturesUsed = count;
}
