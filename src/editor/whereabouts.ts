import { createHash } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { OpenEngineOptions } from '../engine/openEngine.ts';

/** Whose transcripts are read, and where their figures are kept. `ATM_HOME` names another home: its figures stay apart from one's own. */
export function whereabouts(
  context: vscode.ExtensionContext,
): Pick<OpenEngineOptions, 'storageDir' | 'version' | 'place' | 'user'> {
  const other = process.env.ATM_HOME;
  const storage = context.globalStorageUri;
  const mark = createHash('sha256')
    .update(other ?? '')
    .digest('hex')
    .slice(0, 8);
  return {
    storageDir: (other === undefined ? storage : vscode.Uri.joinPath(storage, `home-${mark}`)).fsPath,
    version: String(context.extension.packageJSON.version),
    place: { home: other ?? homedir(), env: other === undefined ? { ...process.env } : {}, platform: process.platform },
    user: userName(),
  };
}

/** The login name; in a container whose user has none, the name of the home. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return basename(homedir());
  }
}
