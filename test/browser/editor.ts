import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { chooseEditor } from '../vscode/editorKind.mjs';
import { suiteEnvironment } from '../vscode/environment.mjs';
import { shotsRoot, vsixFile } from '../vscode/paths.mjs';
import { makeShutdown } from '../vscode/shutdown.mjs';
import { makeEditorFolders, removeTemporaryFolder } from '../vscode/temporaryFolder.mjs';
import { openVsixOnDesktop } from '../vscode/vsixOnDesktop.mjs';
import { openVsixOnServer } from '../vscode/vsixOnServer.mjs';
import {
  closeSideBar,
  nameFile,
  runCommand,
  statusHover,
  statusItem,
  waitForWorkbench,
  webviewFrame,
} from '../vscode/workbench.mjs';

export interface EditorOptions {
  /** A theme's id: 'Dark Modern' (the default), 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'. */
  theme?: string;
  /** The user's settings, over quiet ones. */
  settings?: Record<string, unknown>;
  /** A folder that is copied to be the home of the agents; by default the sample, active a minute ago; '' for an empty home. */
  fixtureHome?: string;
  /** Called with the folders before the editor starts, to write transcripts or a workspace. */
  prepare?: (folders: EditorFolders) => void;
  /** More variables for the extension host. */
  env?: Record<string, string>;
  /** Size of the window in pixels; by default 1280 by 800. */
  viewport?: { width: number; height: number };
  /** The editor's display language: `zh-cn`. Its own texts stay English, as no language pack is there; extensions speak it. */
  language?: string;
  /** Whether a folder must be trusted first, as in a user's editor. Off by default. */
  workspaceTrust?: boolean;
}

export interface EditorFolders {
  /** The home of the agents (`ATM_HOME`). */
  home: string;
  /** The folder that is open: empty at first. */
  workspace: string;
}

/** Ids of themes, and the class that the workbench has with them. */
export const THEMES = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;
export type Theme = keyof typeof THEMES;

/** A real VS Code with the packaged extension in a fresh profile. */
export interface Editor extends EditorFolders {
  page: Page;
  /** The status bar item with this text. */
  statusItem(text: string | RegExp): Locator;
  /** Rests the pointer on the status bar item with this text and gives its hover. */
  statusHover(text: string | RegExp): Promise<Locator>;
  /** Runs a command from the palette by its title. */
  runCommand(title: string): Promise<void>;
  closeSideBar(): Promise<void>;
  /** Names a file where the editor asks for one: in windows with `files.simpleDialog.enable`. */
  nameFile(file: string): Promise<void>;
  /** Gives the open window another theme, by a setting of its folder. */
  useTheme(theme: Theme): Promise<void>;
  /** The document of the visible webview. */
  webviewFrame(): FrameLocator;
  /** Stores what the window shows as `.vscode-test/shots/<name>.png`. */
  shot(name: string): Promise<void>;
  /** Closes the window and removes every file it used. */
  close(): Promise<void>;
}

/** An interrupted suite runs no `after`. */
const shutdown = makeShutdown({ withParent: true });

/** Opens VS Code with the packaged extension: `before` opens it, `after` closes it. Takes about 8 s. */
export async function openEditor(options: EditorOptions = {}): Promise<Editor> {
  const folders = makeEditorFolders(options.fixtureHome);
  shutdown.add(() => removeTemporaryFolder(folders.root));
  options.prepare?.(folders);
  const theme = options.theme ?? 'Dark Modern';
  const open = (await chooseEditor()) === 'server' ? openVsixOnServer : openVsixOnDesktop;
  const { page, close } = await open({
    vsix: process.env.ATM_VSIX ?? vsixFile,
    folders,
    env: { ...suiteEnvironment(folders.home), ...options.env },
    // What pops up over other tests is switched on by those that are about it.
    settings: { 'workbench.colorTheme': theme, 'agentTokenMeter.alerts.enabled': false, ...options.settings },
    workspaceTrust: options.workspaceTrust ?? false,
    language: options.language,
    colorScheme: /light/i.test(theme) ? 'light' : 'dark',
    shutdown,
  });
  const editor: Editor = {
    page,
    home: folders.home,
    workspace: folders.workspace,
    statusItem: (text) => statusItem(page, text),
    statusHover: (text) => statusHover(page, text),
    runCommand: (title) => runCommand(page, title),
    closeSideBar: () => closeSideBar(page),
    nameFile: (file) => nameFile(page, file),
    useTheme: async (next) => {
      const file = path.join(folders.workspace, '.vscode', 'settings.json');
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify({ 'workbench.colorTheme': next }));
      await page.locator(`.monaco-workbench.${THEMES[next]}`).waitFor({ timeout: 60_000 });
    },
    webviewFrame: () => webviewFrame(page),
    shot: async (name) => {
      fs.mkdirSync(shotsRoot, { recursive: true });
      await page.screenshot({ path: path.join(shotsRoot, `${name}.png`) });
    },
    close: () => close().finally(() => removeTemporaryFolder(folders.root)),
  };
  try {
    if (options.viewport) await page.setViewportSize(options.viewport);
    await waitForWorkbench(page);
    return editor;
  } catch (error) {
    await editor.shot('did-not-open').catch(() => {});
    await editor.close();
    throw error;
  }
}
