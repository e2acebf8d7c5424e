import { dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, PlacedReading } from './agent.ts';
import { type ChatSession, readChatDocument, replayChatLog } from './copilotChatLog.ts';
import { readChatSession } from './copilotChatRecords.ts';
import { editorUserFolders, uriPath } from './editorFolders.ts';
import type { AgentEvent } from './event.ts';
import { type Fields, fields, parseJson } from './fields.ts';

/**
 * Chat sessions of VS Code, as GitHub Copilot Chat and other chat extensions fill them: `<session>.json` rewritten as a whole, or since
 * 2026 `<session>.jsonl`, a log of operations that is replayed. One folder per workspace, one for windows without any, one for sessions on
 * their way to another window.
 */
export const copilotChat: DocumentAgent = {
  id: 'copilot-chat',
  label: 'VS Code Copilot Chat',
  form: 'document',
  roots: chatRoots,
  isTranscript: (relativePath) => /^([^/]+\/chatSessions\/)?[^/]+\.jsonl?$/.test(relativePath),
  companions: (file) => [join(workspaceFolder(file), 'workspace.json'), logBeside(file)],
  read,
};

function chatRoots(place: LookupPlace): Root[] {
  const users = place.configured?.length
    ? place.configured.map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home)).filter(Boolean)
    : editorUserFolders(place);
  return users.flatMap((user) => [
    { path: join(user, 'workspaceStorage'), depth: 2 },
    { path: join(user, 'globalStorage', 'emptyWindowChatSessions'), depth: 0 },
    { path: join(user, 'globalStorage', 'transferredChatSessions'), depth: 0 },
  ]);
}

function read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
  const bytes = disk.read(file.path);
  if (bytes === undefined) return undefined;
  const chat: ChatSession | undefined = file.path.endsWith('.jsonl') ? replayChatLog(bytes) : readChatDocument(bytes);
  const readings =
    chat &&
    readChatSession(chat, { bytes, stem: stemOf(file), workspace: workspaceOf(file, disk), account: file.account });
  const isLeftBehind = file.path.endsWith('.json') && disk.list(dirname(file.path)).includes(`${stemOf(file)}.jsonl`);
  return isLeftBehind ? readings?.map(copied) : readings;
}

/**
 * A session that goes on as a log leaves its old document behind. It may have been read before the log was there, so its requests count
 * now as then: once, and as copies where the log has them too. What the session is called is the log's to say.
 */
function copied(reading: PlacedReading): PlacedReading {
  const events = reading.events.map((event): AgentEvent => {
    if (event.type === 'request') return { ...event, isCopy: true };
    if (event.type !== 'session') return event;
    const { title: _, ...kept } = event;
    return kept;
  });
  return { ...reading, events };
}

function stemOf(file: TranscriptFile): string {
  return (file.relativePath.split('/').at(-1) ?? '').replace(/\.jsonl?$/, '');
}

function logBeside(file: TranscriptFile): string {
  return file.path.replace(/\.jsonl?$/, '.jsonl');
}

/** The folder that VS Code keeps for one workspace. */
function workspaceFolder(file: TranscriptFile): string {
  return dirname(dirname(file.path));
}

/** The workspace that a session belongs to: a folder, or a `.code-workspace` file. */
function workspaceOf(file: TranscriptFile, disk: Disk): string | undefined {
  const bytes = disk.read(join(workspaceFolder(file), 'workspace.json'));
  const manifest: Fields | undefined = bytes && fields(parseJson(bytes));
  return uriPath(manifest?.folder) ?? uriPath(manifest?.workspace ?? manifest?.configuration);
}
