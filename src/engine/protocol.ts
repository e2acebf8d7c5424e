/** Made by the build of everything that windows say to each other: `vite.protocol.mts`. */
declare const ENGINE_PROTOCOL: string | undefined;

/** Raised when answers of the same form come to mean something else, which no hash can tell. */
const MEANING = 1;

/**
 * What this build's windows say to each other. Windows of one protocol share an engine, whatever their versions; it is another one as soon
 * as a question, an answer or a view is declared otherwise. From source, all are of one.
 */
export const PROTOCOL = `${MEANING}:${typeof ENGINE_PROTOCOL === 'undefined' ? 'source' : ENGINE_PROTOCOL}`;
