import type { Engine, EngineTrouble } from '../engine/engineApi.ts';
import type { EngineServer, ServerSettings, ServerState } from '../engine/engineSettings.ts';
import { troubleOf } from '../engine/trouble.ts';
import { type Told, told } from '../views/text.ts';
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
      running = await startLoopbackServer({ ...options, ...settings, engine, onError: failed });
      state = { state: 'listening', address: running.address };
    } catch (error) {
      const trouble = troubleOf('error', portTrouble(settings.port, error));
      if (state.state !== 'failed' || state.message !== trouble.message) tell(trouble);
      state = { state: 'failed', message: trouble.message, told: trouble.told };
      retry = setTimeout(next, options.tryAgainMs ?? TRY_AGAIN_MS);
      retry.unref();
    }
  };
  const next = (): Promise<void> => {
    last = last.then(start);
    return last;
  };
  const known = new Set<string>();
  const failed = (error: unknown): void => {
    const trouble = troubleOf('warning', told('The server could not answer: {0}', String(error)));
    if (isClosed || known.has(trouble.message) || known.size >= MOST_TOLD) return;
    known.add(trouble.message);
    tell(trouble);
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
export function portTrouble(port: number, error: unknown): Told {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return told(
      'Port {0} of this machine is in use by another program. Choose another one, or end that program.',
      port,
    );
  if (code === 'EACCES') return told('Port {0} is not for this user. Choose one from 1024 to 65535.', port);
  return told('The server cannot listen on port {0} ({1}).', port, code ?? String(error));
}
