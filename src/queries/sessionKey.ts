/** Identity of a session over all agents, for messages and links: `<agent id>:<session id>`. */
export const sessionKey = (agent: string, sessionId: string): string => `${agent}:${sessionId}`;

/** The parts of a session's key; `undefined` for text that is none. */
export function parseSessionKey(key: string): { agent: string; sessionId: string } | undefined {
  const colon = key.indexOf(':');
  if (colon <= 0) return undefined;
  return { agent: key.slice(0, colon), sessionId: key.slice(colon + 1) };
}
