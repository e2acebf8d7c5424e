// Makes the pictures of the README anew, from the bundled sample in a real VS Code: `npm run screenshots`.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openEditor } from '../browser/editor.ts';
import { WEEK_WITH_ROOM } from '../browser/weekWithRoom.ts';
import { placeSample } from '../fixtures/placeSample.mjs';

const FOLDER = path.join(import.meta.dirname, '../../media/screenshots');
/** The sample uses about 7 million tokens in its last days: most of this budget, in most weeks. */
const SETTINGS = {
  'agentTokenMeter.weeklyBudgetTokens': 4_000_000,
  // On the first day of a week there would be little to see.
  'agentTokenMeter.usageReset': WEEK_WITH_ROOM,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

const PICTURES = [
  { name: 'usage-dark', theme: 'Dark Modern', command: 'Show Usage', hover: true },
  { name: 'attribution-light', theme: 'Light Modern', command: 'What Consumed My Tokens', hover: false },
  { name: 'requests-dark', theme: 'Dark Modern', command: 'Show Requests', hover: false },
  { name: 'limits-light', theme: 'Light Modern', command: 'Show Limits', hover: false },
];

mkdirSync(FOLDER, { recursive: true });
for (const { name, theme, command, hover } of PICTURES) {
  const editor = await openEditor({
    theme,
    fixtureHome: '',
    // The hover is that of a session of this workspace; the folder that pages name is the sample's own.
    prepare: ({ home, workspace }) => placeSample(home, hover ? { workspace } : {}),
    settings: SETTINGS,
    viewport: { width: 1440, height: 1000 },
  });
  try {
    await editor.statusItem(/\d+% ·/).waitFor({ timeout: 60_000 });
    await editor.runCommand(`Agent Token Meter: ${command}`);
    await editor.webviewFrame().locator('main').waitFor();
    await editor.page.keyboard.press('Control+b');
    // What else stands in the status bar at first moves the meter when it goes.
    await editor.page.waitForTimeout(5000);
    if (hover) await editor.statusHover(/\d+% ·/);
    await editor.page.waitForTimeout(1000);
    await editor.page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  } finally {
    await editor.close();
  }
}
