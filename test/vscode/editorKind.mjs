import { Trouble } from './execute.mjs';

/** Long enough for a slow line; a closed network refuses at once or never answers. */
const PROBE_TIMEOUT_MS = 3000;

/** Which real VS Code this machine runs.
 * - `electron`: the desktop application, downloaded by @vscode/test-electron
 * - `server`: the VS Code server in Chromium, for machines that reach only a package registry or have no display
 * $ATM_VSCODE decides; otherwise it is the desktop where it can be downloaded and shown.
 * @returns {Promise<'electron' | 'server'>} */
export async function chooseEditor() {
  const chosen = process.env.ATM_VSCODE;
  if (chosen === 'server' || chosen === 'electron') return chosen;
  if (chosen) throw new Trouble(`ATM_VSCODE is "${chosen}"; it may be "server" or "electron".`);
  if (process.platform !== 'linux') return 'electron';
  return hasDisplay() && (await canDownload()) ? 'electron' : 'server';
}

/** Whether a window can be shown. Only Linux machines come without a display. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function canDownload() {
  try {
    const response = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}
