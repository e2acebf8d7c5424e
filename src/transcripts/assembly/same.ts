/** Whether these bytes are the same. Those behind them, up to the next multiple of 16, are looked at but do not matter. */
export function isSame(a: usize, b: usize, length: u32): bool {
  let i: u32 = 0;
  for (; i + 16 <= length; i += 16)
    if (i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) !== 0xffff) return false;
  const rest = (1 << (length - i)) - 1;
  return (~i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) & rest) === 0;
}
