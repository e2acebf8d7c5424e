import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk, PlacedReading } from './agent.ts';
import { readSession } from './clineSession.ts';
import { clineTimeMs } from './clineTime.ts';
import { metricsUsage } from './clineUsage.ts';
import { MAIN_THREAD, type TokenUsage } from './event.ts';
import { type Fields, fields, list, parseJson, text } from './fields.ts';

const ENDING = '.messages.json';

/** The sum is told when the messages cannot tell it. */
export function manifestCompanions(file: TranscriptFile): string[] {
  return [dirname(file.path)];
}

/**
 * The manifest of a session of Cline since 4, `<id>/<id>.json`. It states what the session used without its subagents; that is told where
 * the messages, which state each call, are gone or unreadable. As they may have been read before, and may come back, it is told as a sum
 * that holds the listed calls.
 */
export function readManifest(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
  const bytes = disk.read(file.path);
  if (!bytes) return undefined;
  const manifest = fields(parseJson(bytes));
  const metadata = fields(manifest?.metadata);
  // The session's messages do without a manifest that is none.
  if (!manifest || !fields(metadata?.usage)) return [];
  const folder = dirname(file.path);
  const sessionId = basename(folder);
  const own = disk.read(join(folder, sessionId + ENDING));
  if (own && statesCalls(own)) return [];
  const sum = metricsUsage(metadata?.usage);
  const startedAtMs = clineTimeMs(manifest.started_at);
  const atMs = clineTimeMs(manifest.ended_at) ?? startedAtMs;
  if (!sum || atMs === undefined) {
    const detail = sum ? 'manifest without time' : 'manifest with impossible usage';
    return [{ offset: 0, events: [], outcome: 'rejected', detail }];
  }
  if (sum.input + sum.cacheRead + sum.cacheWrite5m + sum.output === 0) return [];
  const model = text(manifest.model) ?? 'unknown';
  const usage = [sum, ...usageOfSubagents(file, sessionId, model, disk)].reduce(plus);
  const place = { sessionId, thread: MAIN_THREAD };
  return [
    {
      offset: 0,
      outcome: 'read',
      events: [
        { type: 'session', ...place, agentName: MAIN_THREAD, ...about(manifest, file), startedAtMs },
        { type: 'unlisted', ...place, model, usage, atMs, source: 'manifest', includesListed: true },
      ],
    },
  ];
}

function about(manifest: Fields, file: TranscriptFile): { workspace?: string; gitBranch?: string; account?: string } {
  const workspace = text(manifest.cwd) ?? text(manifest.workspace_root);
  const gitBranch = text(fields(fields(manifest.metadata)?.git)?.branch);
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(gitBranch === undefined ? {} : { gitBranch }),
    ...(file.account === undefined ? {} : { account: file.account }),
  };
}

function statesCalls(bytes: Uint8Array): boolean {
  const document = parseJson(bytes);
  const messages = Array.isArray(document) ? document : list(fields(document)?.messages);
  return messages.some((message) => fields(fields(message)?.metrics) !== undefined);
}

/** Calls of subagents are listed in the same session, and taken from the sum with it: so it has to hold them. */
function usageOfSubagents(file: TranscriptFile, sessionId: string, model: string, disk: Disk): TokenUsage[] {
  const folder = dirname(file.path);
  return disk
    .list(folder)
    .filter((name) => name.endsWith(ENDING) && name !== sessionId + ENDING)
    .flatMap(
      (name) => readSession({ ...file, path: join(folder, name), relativePath: `${sessionId}/${name}` }, disk) ?? [],
    )
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'request' && event.model === model ? [event.usage] : []));
}

function plus(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof TokenUsage)[]) sum[key] += b[key];
  return sum;
}
