/** Where agents keep their files when a variable says so. A suite must see its own home only. */
const AGENT_FOLDERS = ['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'GEMINI_CLI_HOME', 'XDG_DATA_HOME', 'COPILOT_HOME'];

/** The environment for an editor that we start: ours, without what a surrounding VS Code terminal put into it (which would
 * lead the new editor to that one), and without what npm adds.
 * @param {NodeJS.ProcessEnv} [more]
 * @returns {NodeJS.ProcessEnv} */
export function editorEnvironment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_RUN_AS_NODE$|npm_)/.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** The environment of a suite: one home folder for every agent, and a time zone that is not UTC.
 * @param {string} [home] absent for a suite that names its folders itself
 * @returns {NodeJS.ProcessEnv} */
export function suiteEnvironment(home) {
  const env = editorEnvironment({ TZ: 'Pacific/Auckland' });
  for (const name of AGENT_FOLDERS) delete env[name];
  if (home) env.ATM_HOME = home;
  return env;
}
