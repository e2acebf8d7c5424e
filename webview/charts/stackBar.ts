/** One part of a stack, in pixels; `top` marks the uppermost part that has a height. */
export interface StackPart {
  y: number;
  height: number;
  top: boolean;
}

/** Stacks token counts upwards from zero. `scale` maps tokens to a y that grows downwards. */
export function stackBar(tokens: readonly number[], scale: (tokens: number) => number): StackPart[] {
  const top = tokens.findLastIndex((count) => count > 0);
  let below = 0;
  return tokens.map((count, i) => {
    const y = scale(below + count);
    const height = scale(below) - y;
    below += count;
    return { y, height, top: i === top };
  });
}
