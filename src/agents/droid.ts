import { dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { type DroidLauncher, readDroidSession } from './droidSession.ts';
import { MAIN_THREAD } from './event.ts';
import { fields, list, parseJson, text } from './fields.ts';

/**
 * Factory's Droid: `sessions/<folder>/<session>.jsonl` holds the messages, `<session>.settings.json` beside it the tokens of the whole
 * session, as one sum that grows.
 */
export const droid: DocumentAgent = {
  id: 'droid',
  label: 'Droid',
  form: 'document',
  roots: droidRoots,
  isTranscript: (relativePath) => /^([^/]+\/)?[^/]+\.jsonl$/.test(relativePath),
  companions: (file) => [settingsBeside(file)],
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    if (bytes === undefined) return undefined;
    const written = disk.read(settingsBeside(file));
    const settings = written && fields(parseJson(written));
    // The sidecar is rewritten as a whole: what is no JSON is being written right now.
    if (written && !settings) return undefined;
    const stem = (file.relativePath.split('/').at(-1) ?? '').replace(/\.jsonl$/, '');
    return readDroidSession(bytes, settings ?? {}, {
      stem,
      account: file.account,
      customModel: (id) => customModel(disk.read(join(dirname(file.root), 'settings.json')), id),
      launcher: (session, call) => launcherIn(dirname(file.path), session, call, disk),
    });
  },
};

/** The model of a connection that the user added, by its id. */
function customModel(written: Uint8Array | undefined, id: string): string | undefined {
  const settings = written && fields(parseJson(written));
  const known = list(settings?.customModels)
    .map(fields)
    .find((model) => model?.id === id);
  return text(known?.model);
}

/** How deep subagents may launch others. */
const DEEPEST = 8;

/**
 * Follows the callers of a subagent's session up to the one that a person began. Its type stands in the call that launched it; the caller's
 * file is older than its own.
 */
function launcherIn(folder: string, caller: string, callId: string | undefined, disk: Disk): DroidLauncher {
  const read = (session: string): Uint8Array | undefined =>
    /^[\w-]{1,100}$/.test(session) ? disk.read(join(folder, `${session}.jsonl`)) : undefined;
  const callers = read(caller);
  const agentName = callers && callId !== undefined ? typeInCall(callers, callId) : undefined;
  let root = caller;
  let bytes = callers;
  for (let depth = 0; bytes && depth < DEEPEST; depth++) {
    const end = bytes.indexOf(0x0a);
    const above = text(fields(parseJson(bytes.subarray(0, end < 0 ? bytes.length : end)))?.callingSessionId);
    if (above === undefined) break;
    root = above;
    bytes = read(above);
  }
  return { sessionId: root, parentThread: root === caller ? MAIN_THREAD : caller, ...(agentName ? { agentName } : {}) };
}

/** The type of subagent that a tool call asks for. */
function typeInCall(bytes: Uint8Array, callId: string): string | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(`"id":${JSON.stringify(callId)}`);
  if (at < 0) return undefined;
  const end = bytes.indexOf(0x0a, at);
  const line = bytes.subarray(bytes.lastIndexOf(0x0a, at) + 1, end < 0 ? bytes.length : end);
  const call = list(fields(fields(parseJson(line))?.message)?.content)
    .map(fields)
    .find((part) => part?.type === 'tool_use' && part.id === callId);
  return text(fields(call?.input)?.subagent_type);
}

function settingsBeside(file: TranscriptFile): string {
  return file.path.replace(/\.jsonl$/, '.settings.json');
}

function droidRoots(place: LookupPlace): Root[] {
  const usual = join(place.home, '.factory');
  const chosen = (place.configured ?? [])
    .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
    .filter((folder) => folder !== '');
  return (chosen.length > 0 ? chosen : [usual]).map((folder) => {
    const home = folder.replace(/[/\\]sessions[/\\]?$/, '');
    return { path: join(home, 'sessions'), depth: 1, ...(home === usual ? {} : { account: home }) };
  });
}
