import path from 'node:path';

/** The project's root folder. */
export const projectRoot = path.resolve(import.meta.dirname, '../..');

/** Everything that is downloaded or written by a run: not in version control, may be deleted at any time. */
export const cacheRoot = path.join(projectRoot, '.vscode-test');

/** The VS Code server of install.mjs. */
export const serverRoot = path.join(cacheRoot, 'server');
export const serverNode = path.join(
  serverRoot,
  `node/node_modules/node-linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}/bin/node`,
);
export const vscodeRoot = path.join(serverRoot, 'vscode');
export const serverMain = path.join(vscodeRoot, 'out/server-main.js');

/** The packaged extension, made by `npm run package`. */
export const vsixFile = path.join(cacheRoot, 'agent-token-meter.vsix');

/** Screenshots of the browser suite. */
export const shotsRoot = path.join(cacheRoot, 'shots');

/** The profiles of `npm start`: kept between starts, never the user's own. */
export const startRoot = path.join(cacheRoot, 'start');
