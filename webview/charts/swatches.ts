import { getContext, hasContext, setContext } from 'svelte';
import { type SwatchOf, swatchOf } from './palette.ts';

const KEY = Symbol('swatches');

/** Says which swatch each kind has in everything below the component that is being made, unless something above it has said so. */
export function shareSwatches(swatches: () => SwatchOf): void {
  if (!hasContext(KEY)) setContext(KEY, swatches);
}

/** What was said so; a kind's own swatch where nobody did. */
export const sharedSwatches = (): (() => SwatchOf) => getContext<() => SwatchOf>(KEY) ?? (() => swatchOf);
