import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { presentation } from './presentation.ts';
import { openRecord, pickProvenance } from './provenancePicker.ts';

/** Opens the transcript of a session at its newest counted record. @param item of the tree of sessions */
export async function openTranscript(engine: Engine, item: unknown): Promise<void> {
  const session = keyOf(item);
  if (session === undefined) return;
  const [newest] = await engine.requests({ ...presentation(), window: 'all', session, limit: 1 });
  if (newest) await openRecord(newest.source.path, newest.source.last_offset);
  else
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No request of this session is counted yet: its transcript is opened from the first one on.'),
    );
}

/** Copies the agent's own id of a session. @param item of the tree of sessions */
export async function copySessionId(item: unknown): Promise<void> {
  const session = keyOf(item);
  if (session === undefined) return;
  await vscode.env.clipboard.writeText(session.slice(session.indexOf(':') + 1));
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Copied')}`, 3000);
}

/** Says of each request of a session why it is counted. @param item of the tree of sessions */
export async function whySessionCounted(engine: Engine, item: unknown): Promise<void> {
  const session = keyOf(item);
  if (session !== undefined) await pickProvenance(engine, session);
}

/** Arguments come from other extensions, too: what is no session is nothing. */
function keyOf(item: unknown): string | undefined {
  const key = typeof item === 'object' && item !== null ? (item as { key?: unknown }).key : undefined;
  return typeof key === 'string' ? key : undefined;
}
