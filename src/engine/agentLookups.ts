import { existsSync } from 'node:fs';
import type { Agent } from '../agents/agent.ts';
import { AGENTS_WITHOUT_TOKENS } from '../agents/withoutTokens.ts';
import type { LookupPlace } from '../transcripts/root.ts';
import type { AgentLookup } from '../views/healthReport.ts';
import type { EngineSettings } from './engineSettings.ts';

/** Every agent once, with the folders of all the forms in which it keeps transcripts. */
export function agentLookups(
  agents: readonly Agent[],
  settings: EngineSettings,
  place: Omit<LookupPlace, 'configured'>,
): AgentLookup[] {
  const known = new Map<string, Omit<AgentLookup, 'folders'> & { paths: string[] }>();
  for (const { id, label, roots } of agents) {
    const entry = known.get(id) ?? {
      agent: id,
      label,
      isDisabled: settings.disabledAgents.includes(id),
      paths: [],
    };
    entry.paths.push(...roots({ ...place, configured: settings.paths[id] }).map((root) => root.path));
    known.set(id, entry);
  }
  for (const { id, label, reason, roots } of AGENTS_WITHOUT_TOKENS) {
    const paths = roots(place).map((root) => root.path);
    known.set(id, { agent: id, label, isDisabled: false, withoutTokens: reason, paths });
  }
  return [...known.values()].map(({ paths, ...entry }) => ({
    ...entry,
    folders: [...new Set(paths)].map((path) => ({ path, exists: existsSync(path) })),
  }));
}
