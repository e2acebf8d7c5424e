import type { CodexState } from './codexState.ts';

/** A copied history is written in one burst; the first own record comes after a person or a model took their time. */
const REPLAY_GAP_MS = 250;

/** Notes the time of a record: what is older than the thread was copied into it with its own time. */
export function noteTime(state: CodexState, atMs: number): void {
  if (state.bornAtMs !== undefined && atMs < state.bornAtMs) state.replayAtMs = atMs;
  else if (state.replayAtMs === undefined) return;
  else state.replayAtMs = atMs - state.replayAtMs > REPLAY_GAP_MS && !isInherited(state) ? undefined : atMs;
}

/** Notes the turn that begins: where ids tell the time, they tell the thread's own turns from those of its parent, however fast either came. */
export function noteTurn(state: CodexState, turn: string | undefined, atMs: number): void {
  state.turn = turn;
  const isOwn = isOwnTurn(state);
  if (isOwn) state.replayAtMs = undefined;
  else if (isOwn === false) state.replayAtMs = atMs;
}

const isInherited = (state: CodexState): boolean => isOwnTurn(state) === false;

/** Whether the turn began in this thread; `undefined` when its id does not tell. */
function isOwnTurn({ own, turn }: CodexState): boolean | undefined {
  const bornAt = idTime(own);
  const beganAt = idTime(turn);
  return bornAt === undefined || beganAt === undefined ? undefined : beganAt >= bornAt;
}

/** The milliseconds that a UUID of version 7 begins with, as text that sorts as they do. */
function idTime(id: string | undefined): string | undefined {
  return /^([0-9a-f]{8}-[0-9a-f]{4})-7[0-9a-f]{3}-/.exec(id ?? '')?.[1];
}
