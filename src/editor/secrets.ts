import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';

/** What is kept in the secret storage, by its key there. */
export const SECRETS = {
  serverToken: 'server.token',
  teamUrl: 'team.url',
  teamNameKey: 'team.nameKey',
  /** JSON: header by name. */
  otlpHeaders: 'otlp.headers',
} as const;

/** The key of hashed names; a random one is made where the user has not set the team's. Rejects when the key ring cannot be used. */
export async function nameKey(secrets: vscode.SecretStorage): Promise<string> {
  const known = await secrets.get(SECRETS.teamNameKey);
  if (known !== undefined && isNameKey(known)) return known;
  const made = newNameKey();
  await secrets.store(SECRETS.teamNameKey, made);
  return made;
}

export const newNameKey = (): string => randomBytes(32).toString('hex');
export const isNameKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
