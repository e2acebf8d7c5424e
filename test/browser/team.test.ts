import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { type Postgres, serverFor } from '../team/postgres.ts';
import { type Editor, openEditor } from './editor.ts';
import { violations } from './violations.ts';

const SLOW = { timeout: 60_000 };
const KEY = '0123456789abcdef'.repeat(4);
const OTHER_KEY = 'fedcba9876543210'.repeat(4);

describe('a team’s store, a collector of metrics and agents, connected in a window', function () {
  this.timeout(180_000);
  let editor: Editor;
  let server: Postgres;
  let collector: Server;
  /** Authorizations of what was exported. */
  const authorizations: (string | undefined)[] = [];

  before(async function () {
    server = await serverFor(this, ['ada']);
    collector = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      request.resume().on('end', () => response.end('{}'));
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    editor = await openEditor({
      viewport: { width: 1280, height: 1400 },
      settings: {
        // Without them there is no list of servers of the Model Context Protocol.
        'chat.disableAIFeatures': false,
        'agentTokenMeter.team.hashNames': true,
        'agentTokenMeter.team.userName': 'ada',
        'agentTokenMeter.otlp.enabled': true,
        'agentTokenMeter.otlp.endpoint': `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/metrics`,
        'agentTokenMeter.otlp.intervalSeconds': 5,
      },
    });
  });
  after(async () => {
    await editor?.close();
    collector?.close();
    await server?.stop();
  });

  const input = () => editor.page.locator('.quick-input-widget input:visible');
  /** Runs a command that asks for a text, and gives it one. */
  const answer = async (title: string, box: string, text: string): Promise<void> => {
    await editor.runCommand(`Agent Token Meter: ${title}`);
    // The palette, which has the command's name in it, has no title.
    const question = editor.page.locator('.quick-input-title:visible', { hasText: box });
    await question.waitFor(SLOW);
    await input().fill(text);
    await input().press('Enter');
    // The extension looks at the text first; a command that follows at once would take the question away.
    await question.waitFor({ state: 'hidden', ...SLOW });
  };
  /** What a question says; it is answered with a button. */
  const asked = async (text: RegExp, button: string): Promise<void> => {
    const dialog = editor.page.locator('.monaco-dialog-box', { hasText: text });
    await dialog.getByRole('button', { name: button }).click(SLOW);
    await dialog.waitFor({ state: 'detached', ...SLOW });
  };
  const until = async <Found>(look: () => Promise<Found | undefined>): Promise<Found> => {
    for (const end = Date.now() + 90_000; ; ) {
      const found = await look();
      if (found !== undefined) return found;
      assert.ok(Date.now() < end, look.toString());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  /** Waits until the team's store knows one user, by this name: callers are told again one batch after the other. */
  const toldAs = (name: string): Promise<true> =>
    until(async () => {
      const rows = await server.query<{ name: string }>('SELECT DISTINCT user_name AS name FROM atm.callers');
      return rows.length === 1 && rows[0]?.name === name ? true : undefined;
    });
  const hashOf = (key: string): string => `#${createHmac('sha256', key).update('user:ada').digest('hex').slice(0, 16)}`;

  it('makes the tables when it is asked to, and says who may not tell anything', async () => {
    await answer('Connect Team Store', 'Connect Team Store', server.url('postgres'));
    await asked(/has no tables of this version/, 'Make Tables');
    await asked(/may not tell it anything/, 'Cancel');
    assert.equal((await server.query("SELECT FROM pg_tables WHERE schemaname = 'atm'")).length > 5, true);
  });

  it('tells the team from then on, names by the key that its machines share', async () => {
    await server.query("SELECT atm.admit('ada', 'acme')");
    await server.query("SELECT atm.set_type('acme', 'max'), atm.set_limit('max', 'tokens', 'month', 60000000)");
    await answer('Set Key of Hashed Names', 'Key of Hashed Names', KEY);
    await answer('Connect Team Store', 'Connect Team Store', server.url('ada'));
    await asked(/From now on it is told what is used in the accounts acme/, 'Tell the Team');
    await toldAs(hashOf(KEY));
    await answer('Set Key of Hashed Names', 'Key of Hashed Names', OTHER_KEY);
    await toldAs(hashOf(OTHER_KEY));
    await editor.runCommand('Agent Token Meter: Rotate Key of Hashed Names');
    await asked(/Make a new key/, 'Make New Key');
    await until(async () => {
      const [row] = await server.query<{ name: string }>('SELECT user_name AS name FROM atm.callers');
      return row && row.name !== hashOf(OTHER_KEY) ? true : undefined;
    });
  });

  it('shows the team: its tree that folds by mouse and keys, and the limits of its accounts', async () => {
    await editor.runCommand('Agent Token Meter: Show Usage');
    const page = editor.webviewFrame();
    await page
      .getByRole('radio', { name: 'Team', exact: true })
      .or(page.getByRole('button', { name: 'Team', exact: true }))
      .click(SLOW);
    await page.getByText(/1 machine at 127\.0\.0\.1/).waitFor(SLOW);
    await page
      .getByRole('radio', { name: 'All', exact: true })
      .or(page.getByRole('button', { name: 'All', exact: true }))
      .first()
      .click();
    const tree = page.getByRole('treegrid', { name: 'Accounts, users and workspaces' });
    const account = tree.getByRole('row', { name: /acme/ });
    await account.waitFor(SLOW);
    const rows = () => tree.getByRole('row').count();
    const open = await rows();
    await account.click();
    await account.press('ArrowRight');
    assert.equal(await rows(), open, 'closed by the mouse, opened by a key');
    await account.press('ArrowLeft');
    assert.equal(await rows(), 2, 'the head and the account');
    await account.press('ArrowRight');
    await page
      .getByRole('region', { name: 'acme' })
      .getByText(/of 60M tokens/)
      .waitFor();
    assert.deepEqual(await violations(editor), []);
    await editor.shot('team-dark');
    await editor.useTheme('Light Modern');
    assert.deepEqual(await violations(editor), []);
    await editor.shot('team-light');
    await editor.useTheme('Dark Modern');
  });

  it('exports metrics with the headers of the secret storage, and without them when they are taken out', async () => {
    const session = claudeWriter(editor.home, '/somewhere/else');
    // A reply of now may still grow and is waited for; not one of a clock that is ahead.
    session.row({
      type: 'assistant',
      timestamp: new Date(Date.now() + 3_600_000).toISOString(),
      requestId: 'req_ahead',
      message: {
        id: 'msg_ahead',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 },
      },
    });
    await until(async () => (authorizations.includes(undefined) ? true : undefined));
    await answer('Set OpenTelemetry Headers', 'OpenTelemetry Headers', 'Authorization: Bearer of-the-collector');
    await until(async () => (authorizations.includes('Bearer of-the-collector') ? true : undefined));
    await answer('Set OpenTelemetry Headers', 'OpenTelemetry Headers', '');
    await until(async () => (authorizations.at(-1) === undefined ? true : undefined));
  });

  it('is in the editor’s list of servers of the Model Context Protocol, and is started from it', async () => {
    const entry = (text: RegExp) => editor.page.locator('.quick-input-widget .monaco-list-row', { hasText: text });
    await editor.runCommand('MCP: List Servers');
    await entry(/Agent Token Meter\s*Stopped/).click(SLOW);
    await entry(/Start Server/).click(SLOW);
    await until(async () => {
      await editor.runCommand('MCP: List Servers');
      const isRunning = await entry(/Agent Token Meter\s*Running/).count();
      await editor.page.keyboard.press('Escape');
      return isRunning > 0 ? true : undefined;
    });
    await editor.page.getByText(/Discovered\s+2\s+tools/).waitFor(SLOW);
  });

  it('tells nothing more once it is disconnected', async () => {
    await editor.runCommand('Agent Token Meter: Disconnect Team Store');
    const page = editor.webviewFrame();
    await page.getByText(/machine at 127\.0\.0\.1/).waitFor({ state: 'detached', ...SLOW });
    assert.equal(await page.getByText('My machines').count(), 0);
  });
});
