import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PRICE_VERBS, pricesCommand } from '../engine/pricesCommand.ts';
import { oneOf } from '../engine/usageQuestion.ts';
import { BadArgument, type Options } from './arguments.ts';
import { openEngine } from './openEngine.ts';
import { requestOf } from './reports.ts';
import { costOf } from './settingsFile.ts';

/** Lists the prices of models, or changes the user's own. */
export async function prices([verb = 'list', target, ...rest]: string[], options: Options): Promise<void> {
  const known = PRICE_VERBS.find((each) => each === verb);
  if (known === undefined) throw new BadArgument(`prices is followed by ${PRICE_VERBS.join(', ')}`);
  if (rest.length > 0 || (target !== undefined) !== (known === 'import'))
    throw new BadArgument(
      known === 'import' ? 'prices import is followed by one file' : `"${target}" is one word too many`,
    );
  if (known !== 'list' && options.store === undefined) throw new BadArgument('--store FILE is missing');
  const format = oneOf('format', options.format, ['json', 'table', 'csv']);
  const timeZone = requestOf({ ...options, provider: undefined, model: undefined }).timeZone;
  const file = target === undefined ? undefined : readFileSync(path.resolve(target), 'utf8');
  const engine = await openEngine(options);
  try {
    const text = await pricesCommand(engine, {
      verb: known,
      words: options,
      file,
      format,
      timeZone,
      nowMs: Date.now(),
      cost: costOf(options),
    });
    process.stdout.write(`${text}\n`);
  } finally {
    await engine.dispose();
  }
}
