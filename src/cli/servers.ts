import { homedir } from 'node:os';
import path from 'node:path';
import { editorUserFolders } from '../agents/editorFolders.ts';
import { usageQuestion } from '../engine/usageQuestion.ts';
import { type Options, portOf } from './arguments.ts';
import { openEngine } from './openEngine.ts';

/** The folder in which an editor keeps this extension's files. */
const EXTENSION_ID = 'agent-token-meter.agent-token-meter';

/** Answers other programs until the process is told to end. */
export async function serve(options: Options, version: string): Promise<void> {
  const port = options.port === undefined ? undefined : portOf(options.port);
  const { serveUntilEnded } = await import('../server/serveCommand.ts');
  const asked = { port, tokenFile: options['token-file'], env: process.env, version };
  await serveUntilEnded(() => openEngine(options, { watch: true }), asked);
}

/** Answers an agent over stdin and stdout until it closes them. */
export async function answerAgents(options: Options, version: string): Promise<void> {
  const { serveMcp } = await import('../server/mcpServer.ts');
  await serveMcp({
    version,
    folder: process.cwd(),
    timeZone: usageQuestion({ tz: options.tz }, { nowMs: 0 }).timeZone,
    storageDirs: options.engine === undefined ? storageDirs(options) : [path.resolve(options.engine)],
    async otherwise() {
      const engine = await openEngine(options, { watch: true });
      await engine.sweep();
      return engine;
    },
  });
}

/** Where the editors of this user keep the store; nowhere when other transcripts or another store are meant. */
function storageDirs({ home, store }: Options): string[] {
  if (home !== undefined || store !== undefined) return [];
  const place = { home: homedir(), env: process.env, platform: process.platform };
  return editorUserFolders(place).map((folder) => path.join(folder, 'globalStorage', EXTENSION_ID));
}
