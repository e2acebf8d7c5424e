import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { claudeWriter } from '../fixtures/claudeWriter.ts';

interface Api {
  readonly meterText: string;
}

const WITHIN_MS = 20_000;
/** An alert is due a second after what it is about: in so much time it would have been shown. */
const LONG_ENOUGH_MS = 4000;

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('agentTokenMeter');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) assert.fail(`${what}: not within ${WITHIN_MS} ms`);
    await pause(20);
  }
}

describe('an alert while something is debugged', () => {
  const told: string[] = [];
  const others: string[] = [];
  const { showInformationMessage, showWarningMessage } = vscode.window;
  const setBudget = (tokens: number | undefined): Thenable<void> =>
    settings().update('weeklyBudgetTokens', tokens, vscode.ConfigurationTarget.Global);

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'atm-clock-'));

  before(() => {
    // Something else may have been told a moment ago, after which there is a pause.
    process.env.ATM_CLOCK = path.join(folder, 'clock');
    fs.writeFileSync(process.env.ATM_CLOCK, String(10 * 60_000));
    const listen = async (text: string): Promise<undefined> => {
      if (/Weekly budget/.test(text)) told.push(text);
      else others.push(text);
    };
    Object.assign(vscode.window, { showInformationMessage: listen, showWarningMessage: listen });
  });
  after(async () => {
    Object.assign(vscode.window, { showInformationMessage, showWarningMessage });
    await vscode.debug.stopDebugging();
    await setBudget(undefined);
    delete process.env.ATM_CLOCK;
    fs.rmSync(folder, { recursive: true });
  });

  it('waits for the end of the session, then is told once', async function () {
    this.timeout(120_000);
    const extension = vscode.extensions.getExtension<Api>('agent-token-meter.agent-token-meter');
    const api = await extension?.activate();
    assert.ok(api);
    const session = claudeWriter(process.env.ATM_HOME ?? '', vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    session.prompt();
    session.reply(41_900);
    await until('the session is shown', () => /42k/.test(api.meterText));

    assert.ok(await vscode.debug.startDebugging(undefined, { type: 'example', request: 'launch', name: 'Example' }));
    await until('something is debugged', () => vscode.debug.activeDebugSession !== undefined);
    await setBudget(1000);
    await until('the budget is used up', () => /week [\d,.]+%/.test(api.meterText));
    session.reply(60_900);
    await until('the meter goes on', () => /61k/.test(api.meterText));
    await pause(LONG_ENOUGH_MS);
    assert.deepEqual(told, []);

    await vscode.debug.stopDebugging();
    await until('nothing is debugged', () => vscode.debug.activeDebugSession === undefined);
    await until(`the alert, and not only ${JSON.stringify(others)}`, () => told.length > 0);
    assert.match(
      told[0] ?? '',
      /^Agent Token Meter: (Weekly budget: [\d,.]+% used|\d limits need a look: .*Weekly budget)/,
    );

    session.reply(80_900);
    await until('the meter goes on', () => /81k/.test(api.meterText));
    await pause(LONG_ENOUGH_MS);
    assert.equal(told.length, 1);
  });
});
