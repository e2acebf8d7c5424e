import type { TokenUsage } from '../../../src/agents/event.ts';
import type { Random } from '../../fuzz/random.ts';
import { hex, spread, uuid } from './chance.ts';
import { toolUse } from './claudeTools.ts';
import type { CorpusFile } from './corpusFile.ts';
import { countRequest } from './truth.ts';
import type { CorpusVoice } from './voice.ts';

/** A conversation that is being written: a session's main thread, or a subagent's. */
export interface ClaudeThread {
  file: CorpusFile;
  sessionId: string;
  cwd: string;
  branch: string;
  version: string;
  model: string;
  agentId?: string;
  atMs: number;
  parent: string;
  /** What the next prompt holds, and what of it is in the provider's cache. */
  context: number;
  cached: number;
  cachesHour: boolean;
}

/** Forms of rows: the first writes where it is before the message and no cache classes; from 2.1 on, place stands behind. */
export const CLAUDE_VERSIONS = ['1.0.128', '2.0.76', '2.1.9', '2.1.45'] as const;
export const CLAUDE_MODELS = ['claude-opus-4-5-20251101', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'];

/** Above this the agent compacts. */
const WINDOW_TOKENS = 155_000;

export type NewThread = Pick<ClaudeThread, 'file' | 'sessionId' | 'cwd' | 'version' | 'model' | 'agentId' | 'atMs'>;

export function newThread(random: Random, thread: NewThread): ClaudeThread {
  const context = 14_000 + random.below(10_000);
  return {
    ...thread,
    branch: random.pick(['main', 'feature/north', 'fix-south']),
    parent: 'null',
    context,
    cached: random.chance(0.7) ? context - random.below(5_000) : 0,
    cachesHour: thread.version !== CLAUDE_VERSIONS[0] && random.chance(0.3),
  };
}

/** A row of the thread. @param body its own fields as JSON. @param result `toolUseResult`, likewise */
export function threadRow({ random }: CorpusVoice, thread: ClaudeThread, body: string, result?: string): string {
  const { parent, agentId, cwd, sessionId, version, branch, atMs } = thread;
  const id = `"${uuid(random)}"`;
  thread.parent = id;
  const head = `"parentUuid":${parent},"isSidechain":${agentId !== undefined}`;
  const agent = agentId === undefined ? '' : `,"agentId":"${agentId}"`;
  const place = `"userType":"external","cwd":"${cwd}","sessionId":"${sessionId}","version":"${version}","gitBranch":"${branch}"${agent}`;
  const mark = `"uuid":${id},"timestamp":"${new Date(atMs).toISOString()}"`;
  const kept = result === undefined ? '' : `,"toolUseResult":${result}`;
  return version.startsWith('2.1')
    ? `{${head},${body},${mark}${kept},${place}}`
    : `{${head},${place},${body},${mark}${kept}}`;
}

export function prompt(voice: CorpusVoice, thread: ClaudeThread, text: string, more = ''): void {
  thread.file.row(threadRow(voice, thread, `"type":"user","message":{"role":"user","content":"${text}"}${more}`));
  thread.context += Math.ceil(text.length / 3.6);
}

/** One request: what is written of it while it streams, row by row. */
export interface ClaudeReply {
  requestId: string;
  /** The fields of its last row. */
  lastMessage: string;
  tokens: TokenUsage;
  /** The last one says what the model answered. */
  text: string;
}

/** @param launch the call of a subagent, which the caller answers. @param ends no tool is called any more */
export function reply(
  voice: CorpusVoice,
  thread: ClaudeThread,
  { ends, launch }: { ends: boolean; launch?: { id: string; input: string } },
): ClaudeReply {
  const { random, texts, truth } = voice;
  const messageId = `msg_01${hex(random, 22)}`;
  const requestId = `req_011${hex(random, 21)}`;
  const blocks: string[] = [];
  let [output, text] = [0, ''];
  if (random.chance(0.55)) {
    const thinking = texts.prose(spread(random, 350, 0.9));
    const signature = texts.base64(300 + Math.min(3_000, thinking.length));
    blocks.push(`{"type":"thinking","thinking":"${thinking}","signature":"${signature}"}`);
    output += Math.ceil(thinking.length / 3);
  }
  if (ends || random.chance(0.4)) {
    text = texts.prose(ends ? spread(random, 900, 0.7) : spread(random, 160, 0.6));
    blocks.push(`{"type":"text","text":"${text}"}`);
    output += Math.ceil(text.length / 3);
  }
  const count = ends || launch ? 0 : random.chance(0.18) ? 2 + random.below(3) : 1;
  const uses = Array.from({ length: count }, () => ({
    id: `toolu_01${hex(random, 22)}`,
    ...toolUse(random, texts, thread.cwd),
  }));
  if (launch) blocks.push(`{"type":"tool_use","id":"${launch.id}","name":"Task","input":${launch.input}}`);
  for (const { id, name, input } of uses)
    blocks.push(`{"type":"tool_use","id":"${id}","name":"${name}","input":${input}}`);
  for (const { input } of [...uses, ...(launch ? [launch] : [])]) output += 40 + Math.ceil(input.length / 3);

  const input = 1 + random.below(12);
  const write = Math.max(0, thread.context - thread.cached - input);
  const [cacheWrite5m, cacheWrite1h] = thread.cachesHour ? [0, write] : [write, 0];
  const tokens = { input, cacheRead: thread.cached, cacheWrite5m, cacheWrite1h, output, reasoning: 0 };
  const partial = 1 + random.below(8);
  let lastMessage = '';
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1;
    thread.atMs += 50 + random.below(2_500);
    const stop = isLast ? (ends ? '"end_turn"' : '"tool_use"') : 'null';
    const usage = usageOf(thread.version, tokens, isLast ? output : Math.min(partial, output));
    lastMessage = `{"model":"${thread.model}","id":"${messageId}","type":"message","role":"assistant","content":[${block}],"stop_reason":${stop},"stop_sequence":null,"usage":${usage}}`;
    thread.file.row(threadRow(voice, thread, `"type":"assistant","message":${lastMessage},"requestId":"${requestId}"`));
  }
  countRequest(truth, thread.model, tokens);
  thread.cached = tokens.cacheRead + write;
  thread.context = thread.cached + input + output;
  for (const use of uses) answer(voice, thread, use);
  return { requestId, lastMessage, tokens, text };
}

/** What a tool gave. */
export function answer(
  voice: CorpusVoice,
  thread: ClaudeThread,
  { id, content, result, tokens }: { id: string; content: string; result: string; tokens: number },
): void {
  thread.atMs += 20 + voice.random.below(4_000);
  const block = `{"tool_use_id":"${id}","type":"tool_result","content":${content}}`;
  thread.file.row(threadRow(voice, thread, `"type":"user","message":{"role":"user","content":[${block}]}`, result));
  thread.context += Math.ceil(tokens);
}

/** Compacts where the window is nearly full. */
export function compact(voice: CorpusVoice, thread: ClaudeThread): void {
  if (thread.context < WINDOW_TOKENS) return;
  const meta = `{"trigger":"auto","preTokens":${thread.context}}`;
  thread.file.row(
    threadRow(
      voice,
      thread,
      `"type":"system","subtype":"compact_boundary","content":"Conversation compacted","isMeta":false,"level":"info","compactMetadata":${meta}`,
    ),
  );
  thread.atMs += 20_000;
  thread.context = 16_000;
  thread.cached = 12_000;
  const summary = `This session is being continued from a previous conversation.\\n${voice.texts.prose(8_000)}`;
  prompt(voice, thread, summary, ',"isVisibleInTranscriptOnly":true,"isCompactSummary":true');
}

export function usageOf(version: string, tokens: TokenUsage, output: number): string {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = tokens;
  const classes =
    version === CLAUDE_VERSIONS[0]
      ? ''
      : `,"cache_creation":{"ephemeral_5m_input_tokens":${cacheWrite5m},"ephemeral_1h_input_tokens":${cacheWrite1h}}`;
  return `{"input_tokens":${input},"cache_creation_input_tokens":${cacheWrite5m + cacheWrite1h},"cache_read_input_tokens":${cacheRead}${classes},"output_tokens":${output},"service_tier":"standard"}`;
}
