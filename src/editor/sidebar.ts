import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import type { SidebarView } from '../views/sidebarView.ts';
import { PageFiller } from './pageFiller.ts';
import type { Pages } from './pages.ts';
import { presentation, workspaceFolders } from './presentation.ts';
import { oneAtATime } from './refreshing.ts';
import { SessionTree } from './sessionTree.ts';
import { thresholds } from './settings.ts';

/** Sessions become idle and days begin without any file changing. */
const CLOCK_MS = 30_000;

/** The views in the activity bar: quick figures, and the tree of live sessions. Both show the same answer, as long as one can be seen. */
export function createSidebar(
  engine: Engine,
  pages: Pages,
  { extensionUri }: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const onError = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const tree = new SessionTree();
  const treeView = vscode.window.createTreeView('agentTokenMeter.sessions', { treeDataProvider: tree });
  const ask = async (): Promise<SidebarView> => {
    const view = await engine.sidebar({ ...presentation(), folders: workspaceFolders(), thresholds: thresholds() });
    tree.show(view.sessions);
    return view;
  };
  const filler = new PageFiller(
    {
      title: vscode.l10n.t('Usage'),
      file: 'sidebar',
      standing: () => engine.standing(presentation()),
      picture: async () => ({ type: 'sidebar', view: await ask() }),
      wish(message) {
        if (message.type === 'show') pages.show(message.page);
        if (message.type === 'session') pages.showAttribution(message.key);
      },
      onError,
    },
    extensionUri,
  );
  let figures: vscode.WebviewView | undefined;

  const refresh = oneAtATime(async () => {
    if (figures?.visible) await filler.refresh();
    else if (treeView.visible) await ask().catch(onError);
  });
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(view) {
      figures = view;
      filler.fill(view);
      view.onDidChangeVisibility(refresh);
      view.onDidDispose(() => {
        if (figures !== view) return;
        figures = undefined;
        filler.fill(undefined);
      });
    },
  };
  const clock = setInterval(refresh, CLOCK_MS);
  return vscode.Disposable.from(
    tree,
    treeView,
    treeView.onDidChangeVisibility(refresh),
    vscode.window.registerWebviewViewProvider('agentTokenMeter.figures', provider),
    engine.onChanged(refresh),
    engine.onProgress(refresh),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('agentTokenMeter') && refresh()),
    { dispose: () => clearInterval(clock) },
  );
}
