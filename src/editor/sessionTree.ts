import * as vscode from 'vscode';
import type { SessionItem } from '../views/sidebarView.ts';
import type { Tone } from '../views/tone.ts';
import { defused } from './plainText.ts';

const ICONS: Record<SessionItem['state'], string> = { live: 'pulse', idle: 'circle-outline', compacted: 'fold' };
/** `charts.orange` is hardly seen in some themes: an orange that all of them have is that of classes. */
const COLOURS: Record<Tone, string> = {
  normal: 'charts.green',
  notice: 'charts.yellow',
  warning: 'symbolIcon.classForeground',
  critical: 'charts.red',
};

/** The sessions that are at work, as a tree of one level. It shows what it is given. */
export class SessionTree implements vscode.TreeDataProvider<SessionItem> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #sessions: readonly SessionItem[] = [];
  #shown = '';

  show(sessions: readonly SessionItem[]): void {
    // What is selected and hovered stays while nothing changes.
    const next = JSON.stringify(sessions);
    if (next === this.#shown) return;
    this.#shown = next;
    this.#sessions = sessions;
    this.#changed.fire(undefined);
  }

  getChildren(parent?: SessionItem): SessionItem[] {
    return parent ? [] : [...this.#sessions];
  }

  getTreeItem(session: SessionItem): vscode.TreeItem {
    // Titles are long and sidebars narrow: how full it is comes first.
    const item = new vscode.TreeItem([session.fill, session.title].filter(Boolean).join(' · '));
    item.id = session.key;
    item.description = session.description;
    item.iconPath = new vscode.ThemeIcon(ICONS[session.state], new vscode.ThemeColor(COLOURS[session.tone]));
    // A text, not Markdown: names from transcripts are in it.
    item.tooltip = [session.title, ...session.tooltip].map(defused).join('\n');
    item.accessibilityInformation = { label: session.accessibleLabel, role: 'treeitem' };
    item.contextValue = 'session';
    item.command = {
      command: 'agentTokenMeter.showAttribution',
      title: vscode.l10n.t('What consumed my tokens'),
      arguments: [session.key],
    };
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
