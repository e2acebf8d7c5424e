import type { JsonValue } from '../transcripts/json.ts';

/** All that a reader remembers between records: plain data, small. */
export interface KimiCodeState {
  shape: 1;
  generation: 'code';
  lastAtMs?: number;
  workspace?: string;
  name?: string;
  /** The model that the profile names, as the user's configuration does. */
  alias?: string;
  /** The step in progress, or the newest one. */
  step?: string;
  /** Usages counted for the step. */
  counted: number;
  /** The step's only usage so far came from its end: a record of the same call may follow. */
  countedAtEnd: boolean;
  /** A request was made: what the system prompt holds has been told. */
  asked: boolean;
  /** The newest request as it was sent. */
  sent?: SentRequest;
  /** The newest one before it that named its model otherwise: its usage may still be to come. */
  sentBefore?: SentRequest;
}

export interface SentRequest {
  model: string;
  alias?: string;
  provider?: string;
  kind?: string;
}

/** What was remembered, or a beginning; `undefined` when it was written in another form: the file is to be read anew. */
export function kimiCodeState(saved: JsonValue | undefined): KimiCodeState | undefined {
  const state = (structuredClone(saved) as KimiCodeState | undefined) ?? {
    shape: 1,
    generation: 'code',
    counted: 0,
    countedAtEnd: false,
    asked: false,
  };
  return state.shape === 1 && state.generation === 'code' ? state : undefined;
}
