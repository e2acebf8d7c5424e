import { createHash } from 'node:crypto';
import { TEAM, TEAM_ITEMS } from '../store/deliveries.ts';
import { inEnglish, type Told, told } from '../views/text.ts';
import { connectTeam, type TeamConnection } from './connectTeam.ts';
import { checkTeamVersion } from './migrateTeam.ts';
import { type PushOptions, pushTeam, type TeamSource } from './pushTeam.ts';
import { TeamError, type TeamSettings } from './teamSettings.ts';

/** What keeps a team's store up to date. */
export interface TeamSender {
  /** There may be something to tell. */
  kick(): void;
  status(): TeamStatus;
  /** Ends after the batch that is under way; what is not told by then is told next time. */
  stop(): Promise<void>;
}

export interface TeamStatus {
  /** Requests that the team's store does not have yet. */
  waiting: number;
  /** When it last had everything; `undefined` = not since the start. */
  upToDateAtMs?: number;
  /** Why it has not. */
  trouble?: Told;
}

export interface TeamSenderOptions {
  source: TeamSource;
  settings: TeamSettings;
  /** Something the user can do something about; each once until it works again. */
  onTrouble(text: Told): void;
  /** The times of retries; tests choose their own. */
  pace?: Partial<Pace>;
  connect?: (url: string) => Promise<TeamConnection>;
  push?: Pick<PushOptions, 'batchRows' | 'host'>;
}

interface Pace {
  /** News are gathered for so long, so that a reply that grows is not told in every state. */
  gatherMs: number;
  firstRetryMs: number;
  mostRetryMs: number;
}

/** Failures in a row of what passes by itself until a word is said. */
const FAILURES_TOLD = 5;
const PACE: Pace = { gatherMs: 15_000, firstRetryMs: 2_000, mostRetryMs: 10 * 60_000 };

/**
 * Tells the team's store what is new, one batch at a time. While it cannot be reached nothing piles up but the store's own rows: it is tried
 * again, less and less often, and then everything is told.
 */
export function createTeamSender(options: TeamSenderOptions): TeamSender {
  const { source, settings, connect = connectTeam } = options;
  const pace = { ...PACE, ...options.pace };
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let stopped = false;
  let isKicked = false;
  let trouble: Told | undefined;
  let upToDateAtMs: number | undefined;

  beginAt(source, settings);

  const run = async (): Promise<void> => {
    isKicked = false;
    let team: TeamConnection | undefined;
    try {
      team = await connect(settings.url);
      await checkTeamVersion(team);
      await pushTeam({ source, team, settings, goOn: () => !stopped, ...options.push });
      failures = 0;
      trouble = undefined;
      if (!stopped) upToDateAtMs = Date.now();
    } catch (error) {
      failures++;
      const said =
        error instanceof TeamError ? error.told : told('The team’s store cannot be told ({0}).', String(error));
      // What passes by itself is worth a word only when it lasts.
      const passes = error instanceof TeamError && ['unreachable', 'busy'].includes(error.kind);
      if ((!passes || failures === FAILURES_TOLD) && inEnglish(said) !== (trouble && inEnglish(trouble)))
        options.onTrouble(said);
      trouble = said;
    } finally {
      await team?.close();
    }
  };

  const waitMs = (): number => {
    if (failures === 0) return pace.gatherMs;
    const most = Math.min(pace.mostRetryMs, pace.firstRetryMs * 2 ** (failures - 1));
    // Many machines that lost the same server must not all come back at once.
    return most * (0.5 + Math.random() / 2);
  };

  const plan = (afterMs: number): void => {
    if (stopped || timer || running) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = run().finally(() => {
        running = undefined;
        if (failures > 0 || isKicked) plan(waitMs());
      });
    }, afterMs);
    timer.unref();
  };
  plan(0);

  return {
    kick() {
      isKicked = true;
      plan(waitMs());
    },
    status: () => ({
      waiting: source.deliveries.has(TEAM) ? source.deliveries.waiting(TEAM) : 0,
      upToDateAtMs,
      trouble,
    }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
      await running;
    },
  };
}

/** Another store is told everything from the beginning, and so is the same one under other names. */
function beginAt({ deliveries }: TeamSource, { url, account: _, items: __, ...names }: TeamSettings): void {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' };
  const mark = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  const state: SenderState = { server: mark([host, pathname]), names: mark(names) };
  const known = deliveries.has(TEAM) ? (deliveries.state(TEAM) as SenderState) : undefined;
  if (known?.server === state.server && known.names === state.names) return;
  if (known && known.server !== state.server) deliveries.end(TEAM);
  // Items are told anew, too, when it is their turn.
  if (deliveries.has(TEAM_ITEMS)) deliveries.begin(TEAM_ITEMS, 'beginning', {});
  deliveries.begin(TEAM, 'beginning', state);
}

/** Where it was told, and by which names. */
interface SenderState {
  server: string;
  names: string;
}
