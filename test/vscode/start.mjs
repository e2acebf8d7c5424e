// `npm start`: installs what is missing, builds, and opens a real VS Code with the extension until Ctrl-C.
// It begins with Node's built-in modules alone, so what needs packages is imported after they are installed.
import './requireNode.mjs';
import { ensureChromium } from './chromium.mjs';
import { chooseEditor, hasDisplay } from './editorKind.mjs';
import { npm, runQuietly, Trouble } from './execute.mjs';
import { ensureServer } from './install.mjs';
import { ensurePackages } from './packages.mjs';
import { projectRoot } from './paths.mjs';
import { step } from './progress.mjs';
import { makeShutdown } from './shutdown.mjs';
import { readStartOptions } from './startOptions.mjs';

const shutdown = makeShutdown({ exitCodeOnSignal: 0, withParent: Boolean(process.env.npm_lifecycle_event) });
try {
  await start(readStartOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Trouble ? error.message : error);
  process.exitCode = 1;
} finally {
  await shutdown.run();
  process.exit();
}

/** Returns when the window is closed. */
async function start({ help, folder, port, open }) {
  if (help) return console.log(help);
  const kind = await chooseEditor();
  const withWindow = open && hasDisplay();
  await ensurePackages();
  if (kind === 'server') await ensureServer();
  if (kind === 'server' && withWindow) await ensureChromium();
  const [command, args] = npm('run', 'build');
  await step('build', () => runQuietly(command, args, { cwd: projectRoot }));

  if (kind === 'server') {
    const { startOnServer } = await import('./startOnServer.mjs');
    await startOnServer({ folder, port, withWindow, shutdown });
  } else {
    const { startOnDesktop } = await import('./startOnDesktop.mjs');
    await startOnDesktop({ folder, shutdown });
  }
}
