/**
 * Gives the memory of large arrays back at once; they are empty then. The collector by itself lets some 64 MB of such lie before it looks.
 * Node 20 cannot: there it is left to the collector.
 */
export function giveBack(...arrays: readonly (Uint32Array | Int32Array | Float64Array)[]): void {
  for (const { buffer } of arrays) (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
