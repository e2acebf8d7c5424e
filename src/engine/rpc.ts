import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Engine, EngineTrouble, IndexProgress } from './engineApi.ts';
import { passOn, QUESTIONS } from './questions.ts';

const CHANGED = 'changed';
const PROGRESS = 'progress';
const TROUBLE = 'trouble';

/**
 * Lets the other end of a connection use an engine; questions wait until there is one. Ends with the connection; the engine goes on. The
 * caller begins to listen.
 */
export function serveEngine(connection: MessageConnection, opening: Promise<Engine>): void {
  for (const question of QUESTIONS) {
    connection.onRequest(question, async (request: unknown) =>
      ((await opening)[question] as (request: unknown) => unknown)(request),
    );
  }
  const tell = (event: string, value?: unknown): void => {
    // A connection that breaks is noticed by its `onClose`.
    connection.sendNotification(event, value).catch(() => undefined);
  };
  const subscriptions: { dispose(): void }[] = [];
  let isClosed = false;
  opening.then(
    (engine) => {
      if (isClosed) return;
      subscriptions.push(
        engine.onChanged(() => tell(CHANGED)),
        engine.onProgress((progress) => tell(PROGRESS, progress)),
        engine.onTrouble((trouble) => tell(TROUBLE, trouble)),
      );
    },
    // Whoever opens the engine says so.
    () => undefined,
  );
  connection.onClose(() => {
    isClosed = true;
    for (const subscription of subscriptions) subscription.dispose();
  });
}

/**
 * The engine at the other end of a connection that is listened to. `dispose` closes the connection only. Its answers reject when the
 * connection closes.
 */
export function engineOver(connection: MessageConnection): Engine {
  return {
    ...passOn((question, request) => connection.sendRequest(question, request ?? null)),
    onChanged: (listener) => connection.onNotification(CHANGED, () => listener()),
    onProgress: (listener) => connection.onNotification(PROGRESS, (progress: IndexProgress) => listener(progress)),
    onTrouble: (listener) => connection.onNotification(TROUBLE, (trouble: EngineTrouble) => listener(trouble)),
    dispose: async () => connection.dispose(),
  };
}
