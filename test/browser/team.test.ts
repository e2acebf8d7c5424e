import assert from 'node:assert/strict';
import { type Postgres, postgresMissing, startPostgres } from '../team/postgres.ts';
import { type Editor, openEditor } from './editor.ts';
import { violations } from './violations.ts';

const SLOW = { timeout: 60_000 };
const KEY = '0123456789abcdef'.repeat(4);

describe('a team’s store that is connected in a window', function () {
  this.timeout(180_000);
  let editor: Editor;
  let server: Postgres;

  before(async function () {
    const missing = postgresMissing();
    if (missing && process.env.CI) throw new Error(missing);
    if (missing) this.skip();
    server = await startPostgres({ fsync: 'off' });
    editor = await openEditor({
      viewport: { width: 1280, height: 1400 },
      settings: {
        'agentTokenMeter.team.hashNames': true,
        'agentTokenMeter.team.userName': 'ada',
      },
    });
  });
  after(async () => {
    await editor?.close();
    await server?.stop();
  });

  const input = () => editor.page.locator('.quick-input-widget input:visible');
  /** Runs a command that asks for a text, and gives it one. */
  const answer = async (title: string, box: string, text: string): Promise<void> => {
    await editor.runCommand(`Agent Token Meter: ${title}`);
    await editor.page.locator('.quick-input-widget:visible', { hasText: box }).waitFor(SLOW);
    await input().fill(text);
    await input().press('Enter');
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
  /** Names of the users that the team's store knows by now, when they are others than before. */
  const users = async (before: readonly string[] = []): Promise<string[] | undefined> => {
    const rows = await server.query<{ name: string }>('SELECT DISTINCT user_name AS name FROM atm.callers ORDER BY 1');
    const names = rows.map(({ name }) => name);
    return names.length > 0 && names.join() !== before.join() ? names : undefined;
  };

  it('makes the tables when it is asked to, and says who may not tell anything', async () => {
    await answer('Connect Team Store', 'Connection string', server.url('postgres'));
    await asked(/has no tables of this version/, 'Make Tables');
    await asked(/may not tell it anything/, 'Cancel');
    assert.equal((await server.query("SELECT FROM pg_tables WHERE schemaname = 'atm'")).length > 5, true);
  });

  it('tells the team from then on, names by the key that its machines share', async () => {
    await server.query("CREATE ROLE ada LOGIN; SELECT atm.admit('ada', 'acme')");
    await server.query("SELECT atm.set_type('acme', 'max'), atm.set_limit('max', 'tokens', 'month', 60000000)");
    await answer('Set Key of Hashed Names', 'Key of Hashed Names', KEY);
    await answer('Connect Team Store', 'Connection string', server.url('ada'));
    await asked(/From now on it is told what is used in the accounts acme/, 'Tell the Team');
    const [name = ''] = await until(() => users());
    assert.match(name, /^#[0-9a-f]{16}$/);

    await editor.runCommand('Agent Token Meter: Copy Key of Hashed Names');
    await answer('Set Key of Hashed Names', 'Key of Hashed Names', KEY.replaceAll('0', 'f'));
    const [other = ''] = await until(() => users([name]));
    assert.match(other, /^#[0-9a-f]{16}$/, 'told anew by another key');
    await answer('Set Key of Hashed Names', 'Key of Hashed Names', KEY);
    assert.deepEqual(await until(() => users([other])), [name], 'the same key, the same name');
    await editor.runCommand('Agent Token Meter: Rotate Key of Hashed Names');
    await asked(/Make a new key/, 'Make New Key');
    await until(() => users([name]));
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
  });

  it('tells nothing more once it is disconnected', async () => {
    await editor.runCommand('Agent Token Meter: Disconnect Team Store');
    const page = editor.webviewFrame();
    await page.getByText(/machine at 127\.0\.0\.1/).waitFor({ state: 'detached', ...SLOW });
    assert.equal(await page.getByText('My machines').count(), 0);
  });
});
