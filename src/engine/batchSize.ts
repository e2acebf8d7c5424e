/** A batch ends after this many bytes, or after this time, whichever comes first, and is stored in one transaction. */
export const BATCH_BYTES = 8 << 20;
export const BATCH_MS = 50;

/** After this time a file that was caught in the middle of being written is tried again. */
export const RETRY_MS = 150;
