import { Worker } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import type { Engine } from './engineApi.ts';
import { type Backing, lastingEngine } from './lastingEngine.ts';
import { engineOver } from './rpc.ts';
import { END, FAILED, READY, type WorkerData } from './workerProtocol.ts';

export interface OpenEngineOptions extends WorkerData {
  /** The built `engineWorker.ts`: absolute path. */
  workerPath: string;
  /** For a worker that runs from source. Default: the options of this process. */
  execArgv?: string[];
}

/**
 * Far more than the engine holds. A limit makes the collector let less garbage lie than it does by default on machines with much memory,
 * and keeps a monstrous document from taking the extension host with it. Without one for what is new, newer versions of V8 let 190 MB of
 * it lie before they look.
 */
const MEMORY = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 8 };

/** How long the worker may take to end in good order. What is stored is safe without. */
const END_WITHIN_MS = 2_000;

/**
 * The engine of this machine, run off this thread: in a worker that owns the store, or that is connected to the process that does. A
 * worker that ends by itself is replaced. Rejects when there is no engine to be had at the start.
 */
export function openEngine({ workerPath, execArgv, ...data }: OpenEngineOptions): Promise<Engine> {
  return lastingEngine((settings) => startWorker(workerPath, { ...data, settings }, execArgv), data.settings);
}

async function startWorker(workerPath: string, data: WorkerData, execArgv: string[] | undefined): Promise<Backing> {
  const worker = new Worker(workerPath, { workerData: data, execArgv, resourceLimits: MEMORY });
  const connection = createMessageConnection(new PortMessageReader(worker), new PortMessageWriter(worker));
  // An error of the worker is followed by its exit.
  let lastError: unknown;
  worker.on('error', (error) => {
    lastError = error;
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      connection.dispose();
      resolve();
    });
  });
  try {
    const engine = await new Promise<Engine>((resolve, reject) => {
      connection.onNotification(READY, () => resolve(over));
      connection.onNotification(FAILED, (reason: string) => reject(new Error(reason)));
      void ended.then(() => reject(lastError ?? new Error('the engine ended before it began')));
      const over = engineOver(connection);
      connection.listen();
    });
    return {
      engine,
      ended,
      async close() {
        await Promise.race([
          connection.sendRequest(END).catch(() => undefined),
          new Promise((resolve) => setTimeout(resolve, END_WITHIN_MS).unref()),
        ]);
        await worker.terminate();
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}
