import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { ALL_AGENTS } from './agents/allAgents.ts';
import { serveEngine } from './engine/rpc.ts';
import { openSharedEngine } from './engine/sharedEngine.ts';
import { END, FAILED, READY, type WorkerData } from './engine/workerProtocol.ts';
import { engineServer } from './server/engineServer.ts';

// The entry of the worker thread: the whole pipeline and the store, behind the port.
if (!parentPort) throw new Error('this file runs in a worker thread');
const connection = createMessageConnection(new PortMessageReader(parentPort), new PortMessageWriter(parentPort));

const data = workerData as WorkerData;
openSharedEngine({
  ...data,
  agents: ALL_AGENTS,
  serve: (engine, tell) => engineServer(engine, tell, { version: data.version }),
}).then(
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
