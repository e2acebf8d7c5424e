import type { SharedEngineOptions } from './sharedEngine.ts';

/** What the worker is started with: everything that can be sent to a thread. Agents are code and are found there. */
export type WorkerData = Omit<SharedEngineOptions, 'agents' | 'onRole' | 'serve'>;

/** Notification: the engine answers. */
export const READY = 'ready';
/** Notification: there is no engine to be had; with the reason as text. */
export const FAILED = 'failed';
/** Request: end in good order. */
export const END = 'end';
