import { claudeCode } from '../../../src/agents/claudeCode.ts';
import { codex } from '../../../src/agents/codex.ts';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import type { RawLimitSettings } from '../../../src/views/limitSettings.ts';
import { place } from './transcriptHome.ts';

/** An engine over the transcripts of Claude Code and Codex in a home, with accounts and limits. */
export const limitedEngine = (home: string, limits: RawLimitSettings, storePath?: string): Promise<LocalEngine> =>
  createLocalEngine({
    agents: [claudeCode, codex],
    place: place(home),
    user: 'ada',
    storePath,
    settings: { ...NO_SETTINGS, limits },
  });
