import * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { label, plural } from '../views/format.ts';
import { MOST_BYTES, type PriceFileFormat, readPriceFile, writePriceFile } from '../views/priceFile.ts';
import { readPrice } from '../views/priceForm.ts';
import type { PriceOutcome } from '../views/pricesView.ts';
import type { PageMessage } from '../views/protocol.ts';
import type { PageKind } from './page.ts';
import { presentation } from './presentation.ts';
import { freshenPriceList } from './priceListFetch.ts';

type Wish<Type extends PageMessage['type']> = Extract<PageMessage, { type: Type }>;

/** The Prices page: shows what every model costs, and changes the user's own prices. */
export function pricesPage(engine: Engine, log: vscode.LogOutputChannel): Pick<PageKind, 'picture' | 'wish'> {
  let outcome: PriceOutcome | undefined;
  let wishes = 0;
  const tell = (told: Omit<PriceOutcome, 'id'> | undefined): void => {
    outcome = told && { ...told, id: ++wishes };
  };
  return {
    async picture() {
      const view = await engine.prices(presentation());
      return { type: 'prices', view: { ...view, outcome } };
    },
    async wish(message) {
      try {
        if (message.type === 'setPrice') tell(await setPrice(engine, message));
        if (message.type === 'removePrice') tell(await removePrice(engine, message));
        if (message.type === 'importPrices') tell(await importPrices(engine));
        if (message.type === 'exportPrices') tell(await exportPrices(engine, message.format));
        if (message.type === 'openCostSettings')
          await vscode.commands.executeCommand('workbench.action.openSettings', 'agentTokenMeter.cost');
        if (message.type === 'fetchPrices') await freshenPriceList(engine, log, true);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        tell({
          kind: 'problem',
          text: vscode.l10n.t('That was not possible: {0}. The prices are as they were.', reason),
        });
        throw error;
      }
    },
  };
}

type Told = Omit<PriceOutcome, 'id'>;

async function setPrice(engine: Engine, { fields, replaces }: Wish<'setPrice'>): Promise<Told> {
  const reader = presentation();
  const read = readPrice(fields, reader, replaces?.fromMs);
  if ('problem' in read) return { kind: 'problem', ...read.problem };
  await engine.changePrices({
    set: [read.price],
    remove: replaces ? [replaces] : [],
    source: 'page',
    nowMs: reader.nowMs,
  });
  return { kind: 'done', text: vscode.l10n.t('The price of {0} is set.', label(read.price.model, 60)) };
}

async function removePrice(engine: Engine, { type: _, ...choice }: Wish<'removePrice'>): Promise<Told> {
  await engine.changePrices({ set: [], remove: [choice], source: 'page', nowMs: Date.now() });
  return { kind: 'done', text: vscode.l10n.t('Your price of {0} is removed.', label(choice.model, 60)) };
}

const FILTERS = { JSON: ['json'], CSV: ['csv'] };

/** All prices of a file that the user chooses, or none. */
async function importPrices(engine: Engine): Promise<Told | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: FILTERS,
      openLabel: vscode.l10n.t('Import Prices'),
    })) ?? [];
  if (!file) return undefined;
  const { locale, nowMs } = presentation();
  const { size } = await vscode.workspace.fs.stat(file);
  const read =
    size > MOST_BYTES
      ? { problem: vscode.l10n.t('The file is far too large for a list of prices.') }
      : readPriceFile(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)), locale);
  if ('problem' in read) return { kind: 'problem', text: vscode.l10n.t('Nothing was imported. {0}', read.problem) };
  await engine.changePrices({ set: read.prices, remove: [], source: 'import', nowMs });
  return {
    kind: 'done',
    text: plural(read.prices.length, '{0} price was imported.', '{0} prices were imported.', locale),
  };
}

async function exportPrices(engine: Engine, format: PriceFileFormat): Promise<Told | undefined> {
  const prices = await engine.ownPrices();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, `prices.${format}`),
    filters: format === 'json' ? { JSON: ['json'] } : { CSV: ['csv'] },
    saveLabel: vscode.l10n.t('Export Prices'),
  });
  if (!file) return undefined;
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(writePriceFile(prices, format)));
  const text = plural(
    prices.length,
    '{0} price was exported to {1}.',
    '{0} prices were exported to {1}.',
    presentation().locale,
    label(file.path, 200),
  );
  return { kind: 'done', text };
}
