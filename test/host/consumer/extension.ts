import * as vscode from 'vscode';
import type { AgentTokenMeter } from './agentTokenMeter.d.ts';

export async function activate(context: vscode.ExtensionContext) {
  const meter = vscode.extensions.getExtension<AgentTokenMeter>('agent-token-meter.agent-token-meter');
  const api = await meter?.activate();
  if (api?.version !== 1) return undefined;
  const item = vscode.window.createStatusBarItem();
  const show = async () => {
    const { totals } = await api.usage({ window: 'day' });
    item.text = `today: ${totals.total_tokens} tokens`;
    item.show();
  };
  context.subscriptions.push(item, api.onDidChangeUsage(show));
  await show();
  return item;
}
