import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ClaudeWriter, claudeWriter } from '../fixtures/claudeWriter.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../vscode/temporaryFolder.mjs';
import { type Editor, type EditorOptions, openEditor } from './editor.ts';
import { WEEK_WITH_ROOM } from './weekWithRoom.ts';

/** An agent that uses up a weekly budget of four million tokens under a clock of ours. */
export class SpendingAgent {
  readonly #folder = makeTemporaryFolder();
  readonly #clock = path.join(this.#folder, 'clock');
  #writer: ClaudeWriter | undefined;
  #context = 100_000;
  #offsetMs = 0;
  /** Tokens, so far. */
  used = 0;

  constructor() {
    this.wait(0);
  }

  /** A window that sees a quarter of the budget used. */
  open(options: EditorOptions = {}): Promise<Editor> {
    return openEditor({
      fixtureHome: '',
      ...options,
      prepare: ({ home, workspace }) => {
        this.#writer = claudeWriter(home, workspace);
        this.#writer.prompt();
        this.growTo(1_000_000);
      },
      settings: {
        'agentTokenMeter.alerts.enabled': true,
        'agentTokenMeter.alerts.forecast': false,
        'agentTokenMeter.weeklyBudgetTokens': 4_000_000,
        'agentTokenMeter.usageReset': WEEK_WITH_ROOM,
        ...options.settings,
      },
      env: { ATM_CLOCK: this.#clock },
    });
  }

  /** The transcript grows to so many tokens in all. */
  growTo(tokens: number): void {
    while (this.used < tokens) {
      this.#context += 500;
      this.#writer?.reply(this.#context, 100);
      this.used += this.#context + 100;
    }
  }

  /** It grows by one request. */
  grow(): void {
    this.growTo(this.used + 1);
  }

  /** How much of the budget is used: `52%`. */
  get share(): string {
    return `${Math.round(this.used / 40_000)}%`;
  }

  /** The clock goes on. */
  wait(ms: number): void {
    this.#offsetMs += ms;
    writeFileSync(this.#clock, String(this.#offsetMs));
  }

  end(): void {
    removeTemporaryFolder(this.#folder);
  }
}
