import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, LineAgent, PlacedReading, TranscriptReader } from './agent.ts';
import { parseJson } from './fields.ts';
import { readGeminiDocument } from './geminiChatDocument.ts';
import { readGeminiChat } from './geminiChatRecords.ts';
import { hasGeminiWorkspace } from './geminiChatState.ts';
import type { GeminiChatWriter } from './geminiChatTeller.ts';
import { chatCompanions, describeChat, isChat, ON_DISK } from './geminiCliFiles.ts';

const WRITER: GeminiChatWriter = { thoughts: 'beside', provider: () => 'google' };

/**
 * Gemini CLI from 0.40: `tmp/<project>/chats/session-<time>-<id>.jsonl`, records appended, and a subagent's below
 * `chats/<session>/<subagent>.jsonl`. `<project>` is a short name, or the hash of the project's path.
 */
export const geminiCli: LineAgent = {
  id: 'gemini-cli',
  label: 'Gemini CLI',
  form: 'lines',
  roots: geminiRoots,
  isTranscript: (relativePath) => isChat(relativePath, '.jsonl'),
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    const reader = readGeminiChat(describeChat(file, ON_DISK, hasGeminiWorkspace(state)), WRITER, state);
    return reader && { read: (record) => reader.read(parseJson(record.bytes)), state: reader.state };
  },
};

/**
 * Gemini CLI up to 0.39: the same as one document, rewritten with every message. A newer version that resumes such a session copies it into a
 * `.jsonl` beside it, with the ids of its messages: from then on the document is a copy.
 */
export const geminiCliDocuments: DocumentAgent = {
  id: 'gemini-cli',
  label: 'Gemini CLI',
  form: 'document',
  roots: geminiRoots,
  isTranscript: (relativePath) => isChat(relativePath, '.json'),
  companions: (file) => chatCompanions(file.path),
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    const reader = readGeminiChat(describeChat(file, disk, false), WRITER);
    return bytes && reader && readGeminiDocument(bytes, reader);
  },
};

/** `GEMINI_CLI_HOME` stands for the home folder. A folder that the user set is one like `~/.gemini`, or the `tmp` in it. */
function geminiRoots(place: LookupPlace): Root[] {
  const expand = (folder: string): string => folder.trim().replace(/^~(?=$|[/\\])/, place.home);
  const usual = join(place.home, '.gemini');
  const moved = expand(place.env.GEMINI_CLI_HOME ?? '');
  const chosen = place.configured?.length
    ? place.configured.map(expand)
    : [moved === '' ? usual : join(moved, '.gemini')];
  return chosen.map((folder) => {
    const config = folder.replace(/[/\\]tmp[/\\]?$/, '');
    return { path: join(config, 'tmp'), ...(config === usual ? {} : { account: config }) };
  });
}
