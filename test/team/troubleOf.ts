import assert from 'node:assert/strict';
import { TeamError } from '../../src/team/teamSettings.ts';

/** The error that a promise to the team’s store is rejected with; it tells no password. */
export async function troubleOf(promise: Promise<unknown>): Promise<TeamError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(error instanceof TeamError, String(error));
  assert.ok(!error.message.includes('geheim'), 'no secret is told');
  return error;
}
