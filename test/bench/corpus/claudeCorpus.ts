import path from 'node:path';
import { hex, spread, uuid } from './chance.ts';
import {
  answer,
  CLAUDE_MODELS,
  CLAUDE_VERSIONS,
  type ClaudeReply,
  type ClaudeThread,
  compact,
  newThread,
  prompt,
  reply,
  threadRow,
  usageOf,
} from './claudeSession.ts';
import { type CorpusFile, corpusFile } from './corpusFile.ts';
import type { CorpusVoice } from './voice.ts';

export interface ClaudeCorpusOptions {
  /** The home. */
  home: string;
  /** Of all files together, about. */
  bytes: number;
  /** Of a session, the median; as large as `bytes` makes one session in one file. */
  sessionBytes: number;
  /** So many files, about, at most. */
  files?: number;
  /** When the last session ends; they go back half a year from there. */
  endMs: number;
}

const HALF_YEAR_MS = 180 * 86_400_000;
const PROJECTS = 60;

/** Writes Claude Code transcripts, with all that makes them hard to count: rows per block, subagents, resumed sessions, side questions. */
export function writeClaudeCorpus(
  voice: CorpusVoice,
  { home, bytes, sessionBytes, files = Infinity, endMs }: ClaudeCorpusOptions,
): void {
  const { random, truth } = voice;
  const isOne = sessionBytes >= bytes;
  const begun = truth.bytes;
  do {
    const project = random.below(random.below(PROJECTS) + 1);
    const cwd = `/home/dev/code/project-${project}`;
    const folder = path.join(home, '.claude', 'projects', cwd.replaceAll(/[^a-z0-9]/gi, '-'));
    const session = {
      folder,
      cwd,
      version: random.pick(CLAUDE_VERSIONS),
      atMs: endMs - 86_400_000 - random.below(HALF_YEAR_MS / 1000) * 1000,
      bytes: isOne ? bytes : Math.min(spread(random, sessionBytes, 1.1), 40 * sessionBytes),
      plain: isOne,
    };
    writeSession(voice, session);
  } while (truth.bytes - begun < bytes && truth.files < files);
}

interface SessionPlan {
  folder: string;
  cwd: string;
  version: string;
  atMs: number;
  bytes: number;
  /** One file: no subagents, no copies. */
  plain: boolean;
}

function writeSession(voice: CorpusVoice, plan: SessionPlan): void {
  const { random, truth } = voice;
  const { folder, cwd, version, plain } = plan;
  const sessionId = uuid(random);
  const isResumed = !plain && random.chance(0.06);
  const rows: string[] | undefined = isResumed ? [] : undefined;
  const file = corpusFile(path.join(folder, `${sessionId}.jsonl`), truth, rows);
  truth.sessions++;
  const thread = newThread(random, {
    file,
    sessionId,
    cwd,
    version,
    model: random.pick(CLAUDE_MODELS),
    atMs: plan.atMs,
  });
  const replies = converse(voice, thread, plan);
  if (!plain && random.chance(0.02)) writeAside(voice, thread, folder, replies.slice(-3));
  if (!plain && random.chance(0.01))
    file.torn('{"parentUuid":null,"isSidechain":false,"type":"assistant","message":{"mod');
  file.close(thread.atMs);
  if (!rows) return;
  // A resumed session repeats everything in a file of its own; old versions write the new session's id into what they repeat.
  const nextId = uuid(random);
  const next = corpusFile(path.join(folder, `${nextId}.jsonl`), truth);
  truth.sessions++;
  for (const row of rows) {
    next.row(version === CLAUDE_VERSIONS[0] ? row.replaceAll(sessionId, nextId) : row);
    if (row.includes('"type":"assistant"')) truth.copies++;
  }
  const atMs = thread.atMs + 600_000;
  const goesOn = newThread(random, { file: next, sessionId: nextId, cwd, version, model: thread.model, atMs });
  converse(voice, goesOn, { ...plan, bytes: Math.min(plan.bytes, 60_000) });
  next.close(goesOn.atMs);
}

/** Prompts and what follows on them, until the thread's file has grown by so many bytes. @returns the replies, at most the last hundred */
function converse(voice: CorpusVoice, thread: ClaudeThread, { bytes, plain, folder }: SessionPlan): ClaudeReply[] {
  const { random, texts } = voice;
  const { file } = thread;
  const end = file.bytes() + bytes;
  const replies: ClaudeReply[] = [];
  do {
    file.row(
      `{"type":"file-history-snapshot","messageId":"${uuid(random)}","snapshot":{"trackedFileBackups":{}},"isSnapshotUpdate":false}`,
    );
    prompt(voice, thread, texts.prose(spread(random, 250, 1.1)));
    for (let left = spread(random, 9, 0.8); left > 0; left--) {
      thread.atMs += 1_500 + random.below(28_000);
      const isEnd = left === 1 || file.bytes() >= end;
      const launches = !isEnd && !plain && random.chance(0.02);
      const launch = launches ? { id: `toolu_01${hex(random, 22)}`, input: launchInput(voice) } : undefined;
      replies.push(reply(voice, thread, { ends: isEnd, launch }));
      if (replies.length > 100) replies.shift();
      if (launch) subagent(voice, thread, folder, launch);
      compact(voice, thread);
      if (isEnd) break;
    }
    if (random.chance(0.03)) localError(voice, thread);
    thread.atMs += spread(random, 90_000, 1.5);
    if (random.chance(0.3)) thread.cached = 0;
  } while (file.bytes() < end);
  return replies;
}

const launchInput = ({ random, texts }: CorpusVoice): string =>
  `{"description":"look around","prompt":"${texts.prose(spread(random, 600, 0.6))}","subagent_type":"${random.pick(['general-purpose', 'Explore', 'code-reviewer'])}"}`;

/** Runs in a file of its own; up to 2.1 beside the session, then in its folder. Some of its replies stand in the session too, as progress. */
function subagent(
  voice: CorpusVoice,
  parent: ClaudeThread,
  folder: string,
  launch: { id: string; input: string },
): void {
  const { random, texts, truth } = voice;
  const agentId = hex(random, 8);
  const place = parent.version.startsWith('2.1') ? path.join(parent.sessionId, 'subagents') : '.';
  const file = corpusFile(path.join(folder, place, `agent-${agentId}.jsonl`), truth);
  truth.subagents++;
  const { sessionId, cwd, version, atMs } = parent;
  const model = random.chance(0.5) ? 'claude-haiku-4-5-20251001' : parent.model;
  const thread = newThread(random, { file, sessionId, cwd, version, model, agentId, atMs });
  prompt(voice, thread, texts.prose(600));
  const tellsProgress = random.chance(0.3);
  let last: ClaudeReply | undefined;
  for (let left = Math.min(60, spread(random, 8, 0.8)); left > 0; left--) {
    thread.atMs += 1_000 + random.below(20_000);
    last = reply(voice, thread, { ends: left === 1 });
    if (tellsProgress && random.chance(0.5)) progress(voice, parent, thread, last, launch.id);
  }
  file.close(thread.atMs);
  parent.atMs = thread.atMs + 500;
  if (!last) return;
  const content = `[{"type":"text","text":"${last.text}"}]`;
  const usage = usageOf(version, last.tokens, last.tokens.output);
  const result = `{"status":"completed","prompt":"${texts.prose(300)}","agentId":"${agentId}","content":${content},"totalDurationMs":9000,"totalTokens":${last.tokens.cacheRead},"totalToolUseCount":7,"usage":${usage}}`;
  answer(voice, parent, { id: launch.id, content, result, tokens: last.text.length / 3.4 });
}

function progress(
  { random, truth }: CorpusVoice,
  parent: ClaudeThread,
  thread: ClaudeThread,
  { requestId, lastMessage }: ClaudeReply,
  callId: string,
): void {
  const at = `"timestamp":"${new Date(thread.atMs).toISOString()}"`;
  const inner = `{"type":"assistant",${at},"message":${lastMessage},"requestId":"${requestId}","uuid":"${uuid(random)}"}`;
  const data = `{"message":${inner},"normalizedMessages":[],"type":"agent_progress","prompt":"","agentId":"${thread.agentId}"}`;
  parent.file.row(
    `{"parentUuid":"${uuid(random)}","isSidechain":false,"userType":"external","cwd":"${parent.cwd}","sessionId":"${parent.sessionId}","version":"${parent.version}","gitBranch":"${parent.branch}","type":"progress","data":${data},"toolUseID":"agent_${requestId}","parentToolUseID":"${callId}","uuid":"${uuid(random)}",${at}}`,
  );
  truth.copies++;
}

/** A question beside the conversation: its file repeats the last replies under other request ids. */
function writeAside(voice: CorpusVoice, thread: ClaudeThread, folder: string, replies: readonly ClaudeReply[]): void {
  const { random, truth } = voice;
  const name = `agent-aside_question-${hex(random, 6)}.jsonl`;
  const file = corpusFile(path.join(folder, thread.sessionId, 'subagents', name), truth);
  const beside: ClaudeThread = { ...thread, file, agentId: 'aside', atMs: thread.atMs + 1_000, parent: 'null' };
  for (const { lastMessage } of replies) {
    file.row(
      threadRow(voice, beside, `"type":"assistant","message":${lastMessage},"requestId":"req_011${hex(random, 21)}"`),
    );
    truth.copies++;
  }
  file.close(beside.atMs);
}

/** An error in the shape of a reply, which no provider counted. */
function localError(voice: CorpusVoice, thread: ClaudeThread): void {
  const usage = '{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}';
  const message = `{"id":"${uuid(voice.random)}","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","type":"message","usage":${usage},"content":[{"type":"text","text":"API Error: 529"}]}`;
  thread.file.row(threadRow(voice, thread, `"type":"assistant","message":${message},"isApiErrorMessage":true`));
}

/** One more exchange at the end of a transcript that exists; for measuring what growing files cost. @returns its rows */
export function moreRows(voice: CorpusVoice, sessionId: string, exchanges: number, atMs: number): string {
  const rows: string[] = [];
  const file: CorpusFile = {
    path: '',
    row: (json) => void rows.push(`${json}\n`),
    torn: () => undefined,
    bytes: () => 0,
    close: () => undefined,
  };
  const thread = newThread(voice.random, {
    file,
    sessionId,
    cwd: '/home/dev/code/project-0',
    version: '2.1.45',
    model: 'claude-opus-4-5-20251101',
    atMs,
  });
  for (let n = 0; n < exchanges; n++) {
    prompt(voice, thread, voice.texts.prose(200));
    reply(voice, thread, { ends: false });
    reply(voice, thread, { ends: true });
  }
  return rows.join('');
}
