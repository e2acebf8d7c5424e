import * as vscode from 'vscode';
import type { Presentation } from '../engine/engineApi.ts';
import { nowMs } from './clock.ts';
import { costShown } from './settings.ts';

/** How this window writes numbers and dates, now. */
export function presentation(): Presentation {
  return {
    locale: vscode.env.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    cost: costShown(),
    nowMs: nowMs(),
  };
}

/** The folders of this window, as paths on the machine that the engine runs on. */
export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
}
