/**
 * Length of the rollup's time slots. Every zone's offset of today is a multiple of a quarter of an hour, so that days, hours and weeks of
 * any zone are whole slots.
 */
export const SLOT_MS = 900_000;

/** Slots of a day in UTC. */
export const SLOTS_PER_DAY = 96;

/** The day (UTC) that a slot belongs to. */
export const dayOf = (slot: number): number => Math.floor(slot / SLOTS_PER_DAY);

/** The slot that a time belongs to. */
export const slotOf = (atMs: number): number => Math.floor(atMs / SLOT_MS);
