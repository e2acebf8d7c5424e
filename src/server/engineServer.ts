import type { Engine, EngineServer, EngineTrouble, ServerSettings, ServerState } from '../engine/engineApi.ts';
import { type LoopbackServer, type LoopbackServerOptions, startLoopbackServer } from './loopbackServer.ts';

/** A port that was taken may become free. */
const TRY_AGAIN_MS = 5_000;
/** Different errors of answers that are told. */
const MOST_TOLD = 10;

/**
 * The server of an engine, as the settings want it: off, or on at a port with a token. It runs in the engine's own thread: answers are made
 * there and go out from there, so no window's thread carries them, and they wait for each other rather than for a copy.
 */
export function engineServer(
  engine: Engine,
  tell: (trouble: EngineTrouble) => void,
  options: Pick<LoopbackServerOptions, 'version' | 'limits'> & { tryAgainMs?: number },
): EngineServer {
  let wanted: ServerSettings | undefined;
  let state: ServerState = { state: 'off' };
  let running: LoopbackServer | undefined;
  let last: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  const start = async (): Promise<void> => {
    clearTimeout(retry);
    await running?.close();
    running = undefined;
    const settings = wanted;
    if (settings === undefined || isClosed) {
      state = { state: 'off' };
      return;
    }
    try {
      running = await startLoopbackServer({ ...options, ...settings, engine, onError: told });
      state = { state: 'listening', address: running.address };
    } catch (error) {
      const message = portTrouble(settings.port, error);
      if (state.state !== 'failed' || state.message !== message) tell({ severity: 'error', message });
      state = { state: 'failed', message };
      retry = setTimeout(next, options.tryAgainMs ?? TRY_AGAIN_MS);
      retry.unref();
    }
  };
  const next = (): Promise<void> => {
    last = last.then(start);
    return last;
  };
  const known = new Set<string>();
  const told = (error: unknown): void => {
    const message = `The server could not answer: ${error}`;
    if (isClosed || known.has(message) || known.size >= MOST_TOLD) return;
    known.add(message);
    tell({ severity: 'warning', message });
  };

  return {
    configure(settings) {
      if (JSON.stringify(settings) === JSON.stringify(wanted)) return;
      wanted = settings;
      if (state.state === 'off') state = { state: 'starting' };
      void next();
    },
    state: () => state,
    close() {
      isClosed = true;
      return next();
    },
  };
}

/** Why a port could not be had, and what to do. */
export function portTrouble(port: number, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${port} of this machine is in use by another program. Choose another one, or end that program.`;
  if (code === 'EACCES') return `Port ${port} is not for this user. Choose one from 1024 to 65535.`;
  return `The server cannot listen on port ${port} (${code ?? error}).`;
}
