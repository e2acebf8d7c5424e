import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { AttributionView } from '../views/attributionView.ts';
import type { PageMessage } from '../views/protocol.ts';
import { afterWish, isShownFile, parseChosenView } from './chosenView.ts';
import { dismiss, parseDismissed, standing } from './dismissedAdvice.ts';
import { openFile } from './openFile.ts';
import type { PageKind } from './page.ts';
import { presentation, workspaceFolders } from './presentation.ts';
import { thresholds } from './settings.ts';

/** Keys of the workspace's memory. */
const CHOSEN = 'attribution';
const DISMISSED = 'dismissedAdvice';

/** The attribution panel, and a way to say from outside which session it shows. */
export interface AttributionPage extends Required<Pick<PageKind, 'picture' | 'wish'>> {
  choose(sessionKey: string): Promise<void>;
}

/** What the attribution panel shows and does. What was chosen and dismissed is kept with the workspace, over reloads of the window. */
export function attributionPage(engine: Engine, { workspaceState }: vscode.ExtensionContext): AttributionPage {
  let chosen = parseChosenView(workspaceState.get(CHOSEN));
  let dismissed = parseDismissed(workspaceState.get(DISMISSED));
  let shown: AttributionView | undefined;

  const receive = async (wish: PageMessage): Promise<void> => {
    const next = afterWish(chosen, wish, shown?.sessionKey);
    if (next === chosen) return;
    chosen = next;
    await workspaceState.update(CHOSEN, chosen);
  };
  return {
    async picture() {
      const view = await engine.attribution({
        ...presentation(),
        folders: workspaceFolders(),
        thresholds: thresholds(),
        ...chosen,
      });
      shown = { ...view, advice: standing(view.advice, dismissed, view.sessionKey) };
      return { type: 'attribution', view: shown };
    },
    async wish(message) {
      if (message.type === 'openFile' && shown && isShownFile(shown, message.path)) await openFile(message.path);
      if (message.type === 'copyAdvice') await copy(shown?.advice.find(({ id }) => id === message.id)?.action);
      if (message.type === 'dismissAdvice' && shown?.sessionKey !== undefined) {
        dismissed = dismiss(dismissed, shown.sessionKey, message.id);
        await workspaceState.update(DISMISSED, dismissed);
      }
      await receive(message);
    },
    async choose(sessionKey) {
      // who comes from the live session's meter goes on following it
      const { hover } = await engine.meter({
        ...presentation(),
        folders: workspaceFolders(),
        thresholds: thresholds(),
      });
      await receive({ type: 'session', key: hover.sessionKey === sessionKey ? '' : sessionKey });
    },
  };
}

async function copy(action: AttributionView['advice'][number]['action']): Promise<void> {
  if (action?.type !== 'copy') return;
  await vscode.env.clipboard.writeText(action.text);
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Copied')}`, 3000);
}
