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

/** The key of hashed names; a random one is made where the user has not set the team's. */
export async function nameKey(secrets: vscode.SecretStorage): Promise<string> {
  const known = await secrets.get(SECRETS.teamNameKey);
  if (known) return known;
  const made = randomBytes(32).toString('hex');
  await secrets.store(SECRETS.teamNameKey, made);
  return made;
}
