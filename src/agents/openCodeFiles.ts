import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk, PlacedReading } from './agent.ts';
import { type Fields, fields, list, parseJson, text } from './fields.ts';
import { messageReadings, type OpenCodeMessage } from './openCodeMessages.ts';
import { factsOfFile, placeSession, sessionReading } from './openCodeSession.ts';

/** Where a session kept as files has its messages and their parts. */
interface Folders {
  messages: string;
  /** The folder of a message's parts. */
  parts(message: string): string;
}

/** `storage/session/<project>/<id>.json` (up to 1.1), or `session/info/<id>.json` below a project's own storage (before). */
function foldersOf(path: string): Folders {
  const id = basename(path, '.json');
  const folder = dirname(path);
  if (basename(folder) === 'info') {
    const parts = join(dirname(folder), 'part', id);
    return { messages: join(dirname(folder), 'message', id), parts: (message) => join(parts, message) };
  }
  const storage = dirname(dirname(folder));
  return { messages: join(storage, 'message', id), parts: (message) => join(storage, 'part', message) };
}

/** What else a session's file is read with. */
export function sessionCompanions(file: TranscriptFile): string[] {
  return [foldersOf(file.path).messages];
}

/** One session of the time before the database: a file each for the session, a message, a part. */
export function readSessionFiles(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
  const bytes = disk.read(file.path);
  const session = bytes && fields(parseJson(bytes));
  const own = session && factsOfFile(session);
  if (!own) {
    // Half a file ends without its bracket: it is being written.
    if (!bytes || !/\}\s*$/.test(Buffer.from(bytes.slice(-16)).toString('utf8'))) return undefined;
    return [{ offset: 0, events: [], outcome: 'rejected', detail: 'session is no JSON object with an id' }];
  }
  const rejected: PlacedReading[] = [];
  const messages = messagesOf(foldersOf(file.path), disk, rejected);
  const factsOf = (id: string) => {
    const parent = disk.read(join(dirname(file.path), `${id}.json`));
    const stated = parent && fields(parseJson(parent));
    return stated && factsOfFile(stated);
  };
  const firstAgent = messages.map(({ data }) => text(data.agent) ?? text(data.mode)).find(Boolean);
  const placed = placeSession(own, factsOf, firstAgent, file.account);
  return [sessionReading(placed, 0), ...messages.flatMap((message) => messageReadings(placed, message)), ...rejected];
}

function messagesOf(folders: Folders, disk: Disk, rejected: PlacedReading[]): OpenCodeMessage[] {
  const readAll = (folder: string, kind: string, offset: number): { id: string; data: Fields }[] =>
    disk
      .list(folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name, index) => {
        const bytes = disk.read(join(folder, name));
        const data = bytes && fields(parseJson(bytes));
        if (data) return [{ id: text(data.id) ?? name.slice(0, -'.json'.length), data }];
        if (bytes)
          rejected.push({
            offset: offset + index,
            events: [],
            outcome: 'rejected',
            detail: `${kind} is no JSON object`,
          });
        return [];
      });
  return readAll(folders.messages, 'message', 0)
    .map(({ id, data }, offset): OpenCodeMessage => {
      const parts = readAll(folders.parts(id), 'part', 0).map((part) => part.data);
      return parts.length > 0 ? { id, data, parts, offset } : { id, ...embedded(data), offset };
    })
    .toSorted((a, b) => createdOf(a) - createdOf(b) || (a.id < b.id ? -1 : 1))
    .map((message, offset) => ({ ...message, offset }));
}

function createdOf(message: OpenCodeMessage): number {
  const created = fields(message.data.time)?.created;
  return typeof created === 'number' ? created : 0;
}

/** The first versions kept a message's parts in it, and most of its facts below `metadata`. */
function embedded(data: Fields): Pick<OpenCodeMessage, 'data' | 'parts'> {
  const metadata = fields(data.metadata);
  if (!metadata) return { data, parts: [] };
  const parts = list(data.parts).flatMap((part): Fields[] => {
    const piece = fields(part);
    const call = fields(piece?.toolInvocation);
    if (piece?.type !== 'tool-invocation' || !call) return piece ? [piece] : [];
    const state = { status: call.state === 'result' ? 'completed' : 'running', input: call.args, output: call.result };
    return [{ type: 'tool', tool: call.toolName, callID: call.toolCallId, state }];
  });
  return { data: { time: metadata.time, ...fields(metadata.assistant), role: data.role }, parts };
}
