import type { OwnPrice } from '../ledger/priceBook.ts';
import type { CostShown } from '../views/costShown.ts';
import { readPriceFile, writePriceFile } from '../views/priceFile.ts';
import { readPrice } from '../views/priceForm.ts';
import { pricesTable } from '../views/priceReport.ts';
import type { PriceFieldName } from '../views/pricesView.ts';
import { tableWithCost } from '../views/tableCost.ts';
import { type TextTable, toCsv, toPlainText } from '../views/textTable.ts';
import type { EngineApi } from './engineApi.ts';
import { BadWord } from './usageQuestion.ts';

/** What can be done with prices, in the words of a command line. */
export const PRICE_VERBS = ['list', 'set', 'remove', 'import', 'export'] as const;
export type PriceVerb = (typeof PRICE_VERBS)[number];

/** A price in those words; rates are US dollars per million tokens, and per thousand searches. */
export interface PriceWords {
  provider?: string;
  model?: string;
  tier?: string;
  from?: string;
  input?: string;
  output?: string;
  'cache-read'?: string;
  'cache-write-5m'?: string;
  'cache-write-1h'?: string;
  'web-searches'?: string;
}

export interface PricesQuestion {
  verb: PriceVerb;
  words: PriceWords;
  /** The text of the file to import. */
  file?: string;
  format: 'json' | 'table' | 'csv';
  timeZone: string;
  nowMs: number;
  /** How the table shows what was spent; JSON has all figures. */
  cost?: CostShown;
}

type Prices = Pick<EngineApi, 'priceReport' | 'ownPrices' | 'changePrices' | 'sweep'>;

const WORDS: Partial<Record<PriceFieldName, keyof PriceWords>> = {
  cacheRead: 'cache-read',
  cacheWrite5m: 'cache-write-5m',
  cacheWrite1h: 'cache-write-1h',
  webSearches: 'web-searches',
};

/** A file that cannot be imported: nothing was changed. */
export class BadPriceFile extends Error {}

/**
 * Does what is asked, and carries changed prices to what is stored before it answers.
 *
 * @returns what to write out
 * Throws `BadWord`, or `BadPriceFile`.
 */
export async function pricesCommand(engine: Prices, question: PricesQuestion): Promise<string> {
  const { verb, words, format, nowMs } = question;
  switch (verb) {
    case 'list':
      break;
    case 'set':
      await engine.changePrices({ set: [typedPrice(question)], remove: [], source: 'command line', nowMs });
      break;
    case 'remove': {
      const { provider, model, tier, fromMs } = typedPrice({
        ...question,
        words: { ...words, input: '0', output: '0' },
      });
      const own = await engine.ownPrices();
      const chosen = own.find(
        (each) => each.provider === provider && each.model === model && each.tier === tier && each.fromMs === fromMs,
      );
      if (!chosen) throw new BadWord('model', 'has no price of your own with this provider, tier and date');
      await engine.changePrices({ set: [], remove: [chosen], source: 'command line', nowMs });
      break;
    }
    case 'import': {
      const read = readPriceFile(question.file ?? '', 'en');
      if ('problem' in read) throw new BadPriceFile(`Nothing was imported. ${read.problem}`);
      await engine.changePrices({ set: read.prices, remove: [], source: 'import', nowMs });
      break;
    }
    case 'export':
      return writePriceFile(await engine.ownPrices(), format === 'csv' ? 'csv' : 'json').trimEnd();
  }
  await engine.sweep();
  const report = await engine.priceReport({ nowMs });
  return written({ json: report, table: tableWithCost(pricesTable(report), question.cost ?? 'list') }, format);
}

const written = (answer: { json: unknown; table: TextTable }, format: PricesQuestion['format']): string =>
  format === 'json'
    ? JSON.stringify(answer.json, null, 2)
    : format === 'csv'
      ? toCsv(answer.table)
      : toPlainText(answer.table);

function typedPrice({ words, timeZone }: PricesQuestion): OwnPrice {
  const read = readPrice(
    {
      provider: words.provider,
      model: words.model,
      tier: words.tier,
      from: words.from,
      input: words.input,
      output: words.output,
      cacheRead: words['cache-read'],
      cacheWrite5m: words['cache-write-5m'],
      cacheWrite1h: words['cache-write-1h'],
      webSearches: words['web-searches'],
    },
    { locale: 'en', timeZone },
  );
  if ('price' in read) return read.price;
  const { field, text } = read.problem;
  throw new BadWord(WORDS[field] ?? field, `is wrong. ${text}`);
}
