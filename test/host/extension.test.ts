import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { claudeWriter } from '../fixtures/claudeWriter.ts';

const ID = 'agent-token-meter.agent-token-meter';

interface Api {
  readonly meterText: string;
  usage(request: { window: string }): Promise<{ totals: { turns: number; total_tokens: number } }>;
}

const manifest = JSON.parse(
  fs.readFileSync(path.join(vscode.extensions.getExtension(ID)?.extensionPath ?? '', 'package.json'), 'utf8'),
);

/** Waits until the meter shows something. Fails with what it showed last. */
async function meterShows(api: Api, expected: RegExp): Promise<string> {
  const deadline = Date.now() + 15_000;
  while (!expected.test(api.meterText)) {
    if (Date.now() > deadline) assert.fail(`the meter shows "${api.meterText}", not ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return api.meterText;
}

describe('the extension in its host', () => {
  let api: Api;
  const home = process.env.ATM_HOME ?? '';
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

  before(async () => {
    assert.ok(home && cwd);
    const extension = vscode.extensions.getExtension<Api>(ID);
    assert.ok(extension);
    api = await extension.activate();
  });

  it('registers every command of the manifest', async () => {
    const known = await vscode.commands.getCommands(true);
    const declared: string[] = manifest.contributes.commands.map((entry: { command: string }) => entry.command);
    assert.ok(declared.length >= 4);
    assert.deepEqual(
      declared.filter((command) => !known.includes(command)),
      [],
    );
  });

  it('has settings with the defaults of the manifest', () => {
    const settings = vscode.workspace.getConfiguration('agentTokenMeter');
    assert.deepEqual(settings.get('thresholds'), { notice: 50, warning: 80, critical: 95 });
    assert.deepEqual(settings.get('paths.claude-code'), []);
    assert.equal(settings.get('weeklyBudgetTokens'), null);
  });

  it('has its views in the activity bar', async () => {
    const known = await vscode.commands.getCommands(true);
    const views: { id: string }[] = Object.values(manifest.contributes.views).flat() as { id: string }[];
    assert.ok(views.length >= 2);
    for (const { id } of views) assert.ok(known.includes(`${id}.focus`), id);
    for (const { id } of views) await vscode.commands.executeCommand(`${id}.focus`);
    await vscode.commands.executeCommand('workbench.view.explorer');
  });

  it('passes over what is no session', async () => {
    for (const given of [undefined, null, 7, 'claude-code:x', { key: 7 }, { key: 'claude-code:unknown' }])
      for (const command of ['openTranscript', 'copySessionId'])
        await vscode.commands.executeCommand(`agentTokenMeter.${command}`, given);
  });

  it('shows the sample as a session elsewhere', async () => {
    await meterShows(api, /\d+% · .*\$\(link-external\)/);
    const { totals } = await api.usage({ window: 'all' });
    assert.ok(totals.turns > 50 && totals.total_tokens > 1_000_000);
  });

  it('turns to the session of this workspace and follows it as it grows', async () => {
    const session = claudeWriter(home, cwd);
    session.prompt();
    session.reply(41_900);
    await meterShows(api, /^\$\(pulse\) 21% · 42k$/);
    session.reply(99_900);
    await meterShows(api, /^\$\(pulse\) 50% · 100k$/);
    const before = await api.usage({ window: 'all' });
    session.reply(149_900);
    await meterShows(api, /^\$\(pulse\) 75% · 150k$/);
    const after = await api.usage({ window: 'all' });
    assert.equal(after.totals.turns - before.totals.turns, 1);
    assert.equal(after.totals.total_tokens - before.totals.total_tokens, 150_000);
  });

  it('shows the use of a budget as soon as it is set', async () => {
    const settings = vscode.workspace.getConfiguration('agentTokenMeter');
    const { totals } = await api.usage({ window: 'week' });
    await settings.update('weeklyBudgetTokens', totals.total_tokens * 2, vscode.ConfigurationTarget.Global);
    await meterShows(api, /· week 50%$/);
    await settings.update('weeklyBudgetTokens', undefined, vscode.ConfigurationTarget.Global);
    await meterShows(api, /^\$\(pulse\) 75% · 150k$/);
  });

  it('opens each page once', async () => {
    for (let times = 0; times < 2; times++) {
      await vscode.commands.executeCommand('agentTokenMeter.showUsage');
      await vscode.commands.executeCommand('agentTokenMeter.showAttribution');
    }
    const titles = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)).sort();
    const deadline = Date.now() + 10_000;
    while (titles().length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(titles(), ['Usage', 'What consumed my tokens']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
