import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { ALL_AGENTS } from '../agents/allAgents.ts';
import { serveEngine } from './rpc.ts';
import { openSharedEngine } from './sharedEngine.ts';
import { END, FAILED, READY, type WorkerData } from './workerProtocol.ts';

// The entry of the worker thread: the whole pipeline and the store, behind the port.
if (!parentPort) throw new Error('this file runs in a worker thread');
const connection = createMessageConnection(new PortMessageReader(parentPort), new PortMessageWriter(parentPort));

openSharedEngine({ ...(workerData as WorkerData), agents: ALL_AGENTS }).then(
  (engine) => {
    connection.onRequest(END, () => engine.dispose());
    serveEngine(connection, Promise.resolve(engine));
    connection.listen();
    void connection.sendNotification(READY);
  },
  (error: unknown) => {
    connection.listen();
    void connection.sendNotification(FAILED, error instanceof Error ? error.message : String(error));
  },
);
