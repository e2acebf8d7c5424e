import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { placeSample } from '../fixtures/placeSample.mjs';
import { projectRoot } from '../vscode/paths.mjs';
import { type Editor, openEditor, THEMES, type Theme } from './editor.ts';
import { violations } from './violations.ts';

/** Each page, and what stands on it when it is whole. */
const PAGES: Record<string, (frame: FrameLocator) => Promise<void>> = {
  Usage: (frame) => frame.getByRole('table', { name: 'By item' }).waitFor(),
  Requests: (frame) => frame.locator('[role="gridcell"] bdi').first().waitFor(),
  'What consumed my tokens': (frame) => frame.getByRole('table', { name: 'Kinds and their items' }).waitFor(),
  Limits: (frame) =>
    frame.getByRole('heading', { name: 'Weekly budget' }).or(frame.getByText('Weekly budget')).first().waitFor(),
  Prices: (frame) => frame.getByRole('heading', { name: 'Where prices come from' }).waitFor(),
  Health: (frame) => frame.getByRole('heading', { name: 'Agents' }).waitFor(),
};

/** The sample, and a model that no list knows. */
function prepare({ home, workspace }: { home: string; workspace: string }): void {
  placeSample(home, { workspace });
  const session = claudeWriter(home, '/home/dev/shop');
  session.prompt();
  session.row({
    type: 'assistant',
    requestId: 'req_house',
    message: {
      id: 'msg_house',
      type: 'message',
      role: 'assistant',
      model: 'house-model',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'lorem' }],
      usage: { input_tokens: 1200, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 30 },
    },
  });
}

describe('every page', () => {
  let editor: Editor;
  let frame: FrameLocator;

  before(async () => {
    editor = await openEditor({
      fixtureHome: '',
      prepare,
      settings: { 'agentTokenMeter.weeklyBudgetTokens': 12_000_000 },
    });
    frame = editor.webviewFrame();
    await editor.statusItem(/week \d+%/).waitFor({ timeout: 60_000 });
    await editor.closeSideBar();
    await editor.runCommand('Agent Token Meter: Show Usage');
    await PAGES.Usage?.(frame);
  });
  after(() => editor.close());

  const show = async (name: string): Promise<void> => {
    const link = frame.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name, exact: true });
    // The page that is left may still be the visible one for a moment.
    while ((await link.getAttribute('aria-current')) !== 'page') {
      await link.click();
      await frame
        .locator('nav [aria-current="page"]', { hasText: name })
        .waitFor({ timeout: 5000 })
        .catch(() => {});
    }
    await PAGES[name]?.(frame);
  };

  it('says of each cost where its price comes from', async () => {
    const models = frame.getByRole('table', { name: 'By model' });
    const priced = models.getByRole('row', { name: /^claude-opus/ }).locator('[data-label="Cost"]');
    assert.match((await priced.first().getAttribute('title')) ?? '', /^Prices: genai-prices [\d.]+\nFrom the list, /);
    const unpriced = models.getByRole('row', { name: /^house-model/ }).locator('[data-label="Cost"]');
    assert.equal(await unpriced.textContent(), 'unpriced');
    assert.equal(await unpriced.getAttribute('title'), 'Prices: Unpriced\n1 request has no price and adds nothing.');
    const card = frame.getByRole('region', { name: 'Cost' }).locator('.value').first();
    assert.match((await card.getAttribute('title')) ?? '', /^\$.*\nPrices: .*genai-prices/);
    await show('Requests');
    const names = await frame.getByRole('columnheader').allInnerTexts();
    const cost = frame
      .getByRole('row')
      .nth(1)
      .getByRole('gridcell')
      .nth(names.findIndex((name) => name.trim() === 'Cost'));
    await cost.locator('bdi').waitFor();
    assert.match(
      (await cost.getAttribute('title')) ?? '',
      /^(Its price is that of .* in genai-prices|It has no price: )/,
    );
    await show('What consumed my tokens');
    const kind = frame
      .getByRole('table', { name: 'Kinds and their items' })
      .locator('td[data-label="Cost"]', { hasText: '$' });
    assert.match((await kind.first().getAttribute('title')) ?? '', /^Prices: genai-prices/);
  });

  /** What is looked at besides the page as it opens. */
  const unfold: Record<string, () => Promise<void>> = {
    async Requests() {
      const filters = frame.getByRole('button', { name: 'Filters', exact: true });
      if ((await filters.getAttribute('aria-expanded')) !== 'true') await filters.click();
      await frame.getByRole('group', { name: 'Filters', exact: true }).waitFor();
      await frame.getByRole('grid').focus();
      await editor.page.keyboard.press('ArrowDown');
    },
    async Prices() {
      await frame.getByRole('button', { name: 'Set Price: house-model' }).click();
      await frame.getByLabel('Input', { exact: true }).fill('much');
      await frame.locator('vscode-button', { hasText: 'Save Price' }).click();
      await frame.getByRole('alert').waitFor();
      await frame.getByLabel('Input', { exact: true }).focus();
    },
  };

  for (const theme of Object.keys(THEMES) as Theme[])
    it(`has no accessibility violation in ${theme}`, async () => {
      await editor.useTheme(theme);
      for (const name of Object.keys(PAGES)) {
        await show(name);
        await unfold[name]?.();
        await editor.shot(`page-${THEMES[theme]}-${Object.keys(PAGES).indexOf(name)}`);
        assert.deepEqual(await violations(editor), [], name);
        if (name === 'Prices') await editor.page.keyboard.press('Escape');
      }
    });

  it('fits an editor of 320 pixels, with nothing cut off at its side', async () => {
    await editor.page.setViewportSize({ width: 380, height: 900 });
    try {
      for (const name of Object.keys(PAGES)) {
        await show(name);
        const width = await frame.locator('body').evaluate((body) => body.clientWidth);
        assert.ok(width <= 326, `${width} px`);
        const cut = await frame.locator('main').evaluate((main) => {
          const edge = main.ownerDocument.documentElement.clientWidth + 1;
          // Text twins of charts are there for screen readers alone.
          const hidden = [...main.querySelectorAll('*')].filter(
            (element) => getComputedStyle(element).clipPath !== 'none',
          );
          return [...main.querySelectorAll('*')]
            .filter(
              (element) =>
                element.getBoundingClientRect().right > edge && !hidden.some((twin) => twin.contains(element)),
            )
            .map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`);
        });
        assert.deepEqual(cut, [], name);
        await editor.shot(`page-narrow-${Object.keys(PAGES).indexOf(name)}`);
        assert.deepEqual(await violations(editor), [], name);
      }
    } finally {
      await editor.page.setViewportSize({ width: 1280, height: 800 });
    }
  });

  it('is walked by Tab, each stop of it with a ring', async () => {
    for (const name of Object.keys(PAGES)) {
      await show(name);
      await frame.locator('nav [aria-current="page"]').focus();
      const stops = new Set<string>();
      for (let i = 0; i < 40; i++) {
        await editor.page.keyboard.press('Tab');
        const stop = await frame.locator('body').evaluate(() => {
          const at = document.activeElement;
          if (!at || at === document.body) return undefined;
          // A control of the toolkit has its ring inside, a row bears that of its button, a mark of a chart draws one.
          const inner = at.shadowRoot?.querySelectorAll('.control, .root, input, textarea') ?? [];
          const drawn = at.querySelector('.focus');
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = 'var(--vscode-focusBorder)';
          const focus = getComputedStyle(probe).color;
          probe.remove();
          const isRinged =
            (drawn !== null && getComputedStyle(drawn).stroke !== 'none') ||
            [at, at.closest('tr'), at.parentElement, at.nextElementSibling, ...inner].some((each) =>
              [undefined, '::before', '::after'].some((part) => {
                if (!each) return false;
                const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(each, part);
                const isOutlined = outlineStyle !== 'none' && outlineWidth !== '0px';
                return isOutlined || boxShadow !== 'none' || (!part && borderColor === focus);
              }),
            );
          const { width, height } = at.getBoundingClientRect();
          return { name: at.outerHTML.replace(/\s+/g, ' ').slice(0, 150), isRinged, isSeen: width > 0 && height > 0 };
        });
        if (!stop) break;
        assert.ok(stop.isSeen, `${name}: ${stop.name} cannot be seen`);
        assert.ok(stop.isRinged, `${name}: ${stop.name} has no ring`);
        stops.add(stop.name);
      }
      assert.ok(stops.size >= 4, `${name} has ${stops.size} stops`);
    }
  });

  describe('of the walkthrough', () => {
    const texts: Record<string, string> = JSON.parse(readFileSync(path.join(projectRoot, 'package.nls.json'), 'utf8'));
    const [walkthrough] = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).contributes
      .walkthroughs;
    const said = (key: string): string => texts[key.slice(1, -1)] ?? '';
    /** What the button of a step leads to. */
    const leadsTo: Record<string, (page: Editor['page']) => Promise<void>> = {
      showUsage: (page) => page.locator('.tab.active', { hasText: 'Usage' }).waitFor(),
      showAttribution: (page) => page.locator('.tab.active', { hasText: 'What consumed my tokens' }).waitFor(),
      openSettings: (page) => page.locator('.settings-editor', { hasText: 'Weekly Budget Tokens' }).waitFor(),
      focus: (page) => page.locator('.part.sidebar .pane-header', { hasText: 'Live Sessions' }).waitFor(),
      showHealth: (page) => page.locator('.tab.active', { hasText: 'Health' }).waitFor(),
    };

    before(async () => {
      await editor.useTheme('Dark Modern');
      await editor.runCommand('View: Close All Editors');
    });

    for (const { id, title, description } of walkthrough.steps)
      it(`"${id}" has its picture and a button that works`, async () => {
        const { page } = editor;
        await editor.runCommand('Welcome: Open Walkthrough...');
        await page.locator('.quick-input-list .monaco-list-row', { hasText: said(walkthrough.title) }).click();
        const step = page.locator('.getting-started-step', { hasText: said(title) });
        await step.click();
        await page.locator('.getting-started-step.expanded', { hasText: said(title) }).waitFor();
        const picture = page.locator('.getting-started-media img').first();
        await picture.waitFor();
        const width = await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth));
        assert.ok(width >= 200, `${width} px`);
        await editor.shot(`walkthrough-${id}`);
        const [, label = '', command = ''] = /\[([^\]]+)\]\(command:([^)?]+)/.exec(said(description)) ?? [];
        if (!label) return;
        await step.getByRole('button', { name: label }).click();
        const arrives = leadsTo[command.split('.').at(-1) ?? ''];
        assert.ok(arrives, command);
        await arrives(page);
        // Beside a side bar there is no room for the next picture.
        if (command.endsWith('.focus')) await editor.closeSideBar();
      });
  });
});
