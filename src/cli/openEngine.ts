import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../agents/allAgents.ts';
import { compileBetter, compileOnce } from '../engine/compileLate.ts';
import { NO_SETTINGS } from '../engine/engineSettings.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import { createOwnedEngine } from '../engine/ownedEngine.ts';
import type { Options } from './arguments.ts';
import { costOf, limitSettingsOf } from './settingsFile.ts';

/** The folder under which every agent's own folders are looked up. */
export const homeOf = ({ home }: Pick<Options, 'home'>): string => path.resolve(home ?? homedir());

/** The engine of this run; its troubles are told on stderr. */
export async function openEngine(options: Options, how: { watch?: boolean } = {}): Promise<LocalEngine> {
  // Where much was read before, there is most likely little to store.
  if (options.store !== undefined && existsSync(options.store) && !how.watch) compileOnce();
  const engine = await createOwnedEngine({
    ...how,
    onReading: compileBetter,
    agents: ALL_AGENTS,
    place: {
      home: homeOf(options),
      env: options.home === undefined ? process.env : {},
      platform: process.platform,
    },
    storePath: options.store === undefined ? undefined : path.resolve(options.store),
    settings: { ...NO_SETTINGS, cost: costOf(options), limits: limitSettingsOf(options) },
  });
  engine.onTrouble(({ severity, message }) => process.stderr.write(`${severity}: ${message}\n`));
  return engine;
}
