import { readFileSync, writeFileSync } from 'node:fs';
import { isToken, newToken } from '../engine/serverToken.ts';
import { Unservable } from '../engine/unservable.ts';

/** Names the token of a server that runs without an editor. */
const TOKEN_VARIABLE = 'AGENT_TOKEN_METER_TOKEN';

/**
 * The token of a server on the command line: what the file holds, which is made when it is missing; else what the environment says; else a new
 * one. Throws `Unservable`.
 *
 * @returns `isNew`: nobody knows it but this process
 */
export function givenToken(file: string | undefined, env: NodeJS.ProcessEnv): { token: string; isNew: boolean } {
  if (file !== undefined) return { token: checked(tokenIn(file), file), isNew: false };
  const named = env[TOKEN_VARIABLE];
  if (named) return { token: checked(named, TOKEN_VARIABLE), isNew: false };
  return { token: newToken(), isNew: true };
}

function tokenIn(file: string): string {
  try {
    writeFileSync(file, `${newToken()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new Unservable(`${file} cannot be written (${code}).`);
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Unservable(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function checked(token: string, from: string): string {
  if (isToken(token)) return token;
  throw new Unservable(`The token of ${from} is none: it has 16 to 512 letters, digits or any of -._~+/=`);
}
