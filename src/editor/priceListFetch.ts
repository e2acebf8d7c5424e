import type * as vscode from 'vscode';
import type { Engine } from '../engine/engineApi.ts';
import { nowMs } from './clock.ts';
import { type FetchLimits, fetchText } from './fetchText.ts';

/** Every model that OpenRouter offers, with its prices; nothing about the user goes there. */
const LIST_URL = 'https://openrouter.ai/api/v1/models';
/** The list has about 1 MB. */
const LIMITS: FetchLimits = { bytes: 16_000_000, ms: 30_000 };
/** How often this window looks whether it is time; the engine gives the task to one window of the machine, once a day. */
const LOOK_EVERY_MS = 30 * 60_000;

/** Keeps the public price list no older than a day, while it is switched on and a model has no price without it. */
export function keepPriceListFresh(engine: Engine, log: vscode.LogOutputChannel): vscode.Disposable {
  const look = (): void => {
    freshenPriceList(engine, log, false).catch((error: unknown) => log.warn(`Price list: ${error}`));
  };
  const clock = setInterval(look, LOOK_EVERY_MS);
  look();
  return { dispose: () => clearInterval(clock) };
}

/**
 * Fetches the list when it is time to.
 *
 * @param isWished a person asked for it: also when no model lacks a price
 */
export async function freshenPriceList(
  engine: Pick<Engine, 'claimPriceList' | 'takePriceList'>,
  log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>,
  isWished: boolean,
): Promise<void> {
  if (!(await engine.claimPriceList({ nowMs: nowMs(), isWished }))) return;
  try {
    const text = await fetchText(listUrl(), LIMITS);
    const isTaken = await engine.takePriceList({ fetchedAtMs: nowMs(), text });
    if (isTaken) log.info('The public price list was fetched from OpenRouter.');
    else log.warn('What OpenRouter answered is no price list: the one of before is kept.');
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    log.warn(`OpenRouter’s price list was not fetched: ${failure}. The one of before is kept.`);
    await engine.takePriceList({ failure });
  }
}

/** Tests have a server of their own; another machine than this one cannot be named. */
function listUrl(): string {
  const port = /^\d{1,5}$/.exec(process.env.ATM_PRICE_LIST_PORT ?? '')?.[0];
  return port === undefined ? LIST_URL : `http://127.0.0.1:${port}/models`;
}
