import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import { readRegularFile } from '../transcripts/regularFile.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { Disk, DocumentAgent, LineAgent, PlacedReading, TranscriptReader } from './agent.ts';
import { MAIN_THREAD } from './event.ts';
import { type Fields, fields, parseJson, text } from './fields.ts';
import { readGeminiDocument } from './geminiChatDocument.ts';
import { readGeminiChat } from './geminiChatRecords.ts';
import { qwenProvider } from './qwenCodeModel.ts';
import { readQwenRecords } from './qwenCodeRecords.ts';
import { QWEN_WANTED } from './qwenCodeScan.ts';
import type { QwenFile } from './qwenCodeState.ts';

/**
 * Qwen Code: `projects/<project>/chats/<session>.jsonl` (archived ones in an `archive` folder), append-only, and its subagents' files below
 * `projects/<project>/subagents/<session>/`.
 */
export const qwenCode: LineAgent = {
  id: 'qwen-code',
  label: 'Qwen Code',
  form: 'lines',
  wanted: QWEN_WANTED,
  roots: qwenRoots('projects'),
  isTranscript: (relativePath) => layoutOf(relativePath) !== undefined,
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    const layout = layoutOf(file.relativePath);
    return layout && readQwenRecords(describe(file, layout), state);
  },
};

/** Qwen Code's first versions: the documents of Gemini CLI, from which it began. */
export const qwenCodeDocuments: DocumentAgent = {
  id: 'qwen-code',
  label: 'Qwen Code',
  form: 'document',
  roots: qwenRoots('tmp'),
  isTranscript: (relativePath) => /(^|\/)chats\/session-[^/]*\.json$/.test(relativePath),
  read(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
    const bytes = disk.read(file.path);
    const reader = readGeminiChat(
      {
        session: undefined,
        thread: undefined,
        stem: (file.relativePath.split('/').at(-1) ?? '').slice(0, -'.json'.length),
        workspace: undefined,
        account: file.account,
        isCopy: false,
      },
      { thoughts: 'inside', provider: qwenProvider },
    );
    return bytes && reader && readGeminiDocument(bytes, reader);
  },
};

/** `QWEN_RUNTIME_DIR` moves what Qwen Code writes, `QWEN_HOME` its whole folder. A folder that the user set is one like `~/.qwen`. */
function qwenRoots(below: 'projects' | 'tmp'): (place: LookupPlace) => Root[] {
  return (place) => {
    const usual = join(place.home, '.qwen');
    const chosen = place.configured?.length
      ? place.configured
      : [place.env.QWEN_RUNTIME_DIR || place.env.QWEN_HOME || ''];
    const folders = chosen
      .map((folder) => folder.trim().replace(/^~(?=$|[/\\])/, place.home))
      .filter((folder) => folder !== '');
    return (folders.length > 0 ? folders : [usual]).map((folder) => {
      const home = folder.replace(/[/\\](projects|tmp)[/\\]?$/, '');
      return { path: join(home, below), ...(home === usual ? {} : { account: home }) };
    });
  };
}

/** What a path below `projects` says. */
interface Layout {
  /** Folder of the project, relative. */
  project: string;
  session: string;
  agent?: string;
}

function layoutOf(relativePath: string): Layout | undefined {
  if (!relativePath.endsWith('.jsonl')) return undefined;
  const parts = relativePath.split('/');
  const stem = (parts.at(-1) ?? '').slice(0, -'.jsonl'.length);
  const subagents = parts.indexOf('subagents');
  if (subagents > 0) {
    const session = parts[subagents + 1];
    const isOwn = stem.startsWith('agent-') && session !== undefined && parts.length > subagents + 2;
    return isOwn
      ? { project: parts.slice(0, subagents).join('/'), session, agent: stem.slice('agent-'.length) }
      : undefined;
  }
  const chats = parts.findIndex((part) => part === 'chats' || part === 'archive');
  if (chats < 1 || parts.slice(chats, -1).some((part) => part !== 'chats' && part !== 'archive')) return undefined;
  return { project: parts.slice(0, chats).join('/'), session: stem };
}

function describe(file: TranscriptFile, layout: Layout): QwenFile {
  const subagents = join(file.root, layout.project, 'subagents', layout.session);
  const sidecar = layout.agent === undefined ? undefined : readSidecar(file.path);
  return {
    session: layout.session,
    agent: layout.agent === undefined ? undefined : (text(sidecar?.agentId) ?? layout.agent),
    agentName: text(sidecar?.agentType) ?? text(sidecar?.subagentName),
    parentThread: sidecar && (text(sidecar.parentAgentId) ?? MAIN_THREAD),
    launchCallId: text(sidecar?.toolUseId),
    model: text(sidecar?.model) ?? text(fields(sidecar?.persistedCliFlags)?.model),
    account: file.account,
    hasFile: (agent) => /^[\w.:-]{1,200}$/.test(agent) && existsSync(join(subagents, `agent-${agent}.jsonl`)),
    hasFilesOf: (agentName) => fileNames(subagents).some((name) => name.startsWith(`agent-${agentName}-`)),
  };
}

function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The small file beside a subagent's transcript. It is written together with the first rows, so it may not be there yet. */
function readSidecar(path: string): Fields | undefined {
  try {
    return fields(parseJson(readRegularFile(path.replace(/\.jsonl$/, '.meta.json'))));
  } catch {
    return undefined;
  }
}
