import { basename, dirname, join } from 'node:path';
import type { TranscriptFile } from '../transcripts/record.ts';
import type { Disk, PlacedReading } from './agent.ts';
import { clineLaunches } from './clineLaunches.ts';
import { clineTimeMs } from './clineTime.ts';
import { clineTool } from './clineTools.ts';
import { metricsUsage, providerOfModel } from './clineUsage.ts';
import { type AgentEvent, type BlockEvent, MAIN_THREAD } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, parseJson, plainName, text } from './fields.ts';
import { elementOffsets } from './jsonElements.ts';
import { recordedCost } from './recordedCost.ts';
import { wholeTokens } from './tokenCount.ts';

/** The manifest beside the messages of a session. */
function sessionManifest(file: TranscriptFile): string {
  const folder = dirname(file.path);
  return join(folder, `${basename(folder)}.json`);
}

/** What else a session's messages are read with: of the session itself the files of its subagents, which it launched. */
export function sessionCompanions(file: TranscriptFile): string[] {
  return [isMainFile(file) ? dirname(file.path) : sessionManifest(file)];
}

function isMainFile(file: TranscriptFile): boolean {
  return basename(file.path, '.messages.json') === basename(dirname(file.path));
}

/**
 * A session of Cline since 4 (the command line, and the extension): `<id>/<id>.messages.json`, and `<id>/<agent>.messages.json` for each of
 * its subagents.
 */
export function readSession(file: TranscriptFile, disk: Disk): PlacedReading[] | undefined {
  const bytes = disk.read(file.path);
  const parsed = bytes && parseJson(bytes);
  const document: Fields | undefined = Array.isArray(parsed) ? { messages: parsed } : fields(parsed);
  if (!bytes || !document || !Array.isArray(document.messages)) {
    if (!bytes || !/[\]}]\s*$/.test(Buffer.from(bytes.slice(-16)).toString('utf8'))) return undefined;
    return [{ offset: 0, events: [], outcome: 'rejected', detail: 'session has no list of messages' }];
  }
  const manifestBytes = disk.read(sessionManifest(file));
  const manifest = (manifestBytes && fields(parseJson(manifestBytes))) ?? {};
  const sessionId = basename(dirname(file.path));
  const stem = basename(file.path, '.messages.json');
  const isMain = isMainFile(file);
  const place = { sessionId, thread: isMain ? MAIN_THREAD : stem };
  const offsets = elementOffsets(bytes, Array.isArray(parsed) ? undefined : 'messages');
  const about = (key: string, value: string | number | undefined) =>
    isMain && value !== undefined ? { [key]: value } : {};
  const version = text(fields(document.origin)?.version);
  const start: AgentEvent[] = [
    {
      type: 'session',
      ...place,
      agentName: isMain ? MAIN_THREAD : (text(document.agent) ?? 'subagent'),
      ...about('workspace', text(manifest.cwd) ?? text(manifest.workspace_root)),
      ...about('gitBranch', text(fields(fields(manifest.metadata)?.git)?.branch)),
      ...about('startedAtMs', clineTimeMs(manifest.started_at)),
      ...(version === undefined ? {} : { version }),
      ...(file.account === undefined ? {} : { account: file.account }),
    },
  ];
  const systemPrompt = chars(document.system_prompt);
  if (systemPrompt > 0) start.push({ type: 'block', ...place, role: 'system', part: 'text', chars: systemPrompt });
  if (isMain) start.push(...clineLaunches(document.messages, sessionId, file, disk));
  const reader = messageReader(place, manifest);
  return [
    { offset: 0, events: start, outcome: 'read' },
    ...document.messages.map((message, index) => ({ offset: offsets[index] ?? 0, ...reader(fields(message)) })),
  ];
}

type Reading = Omit<PlacedReading, 'offset'>;

function messageReader(
  place: { sessionId: string; thread: string },
  manifest: Fields,
): (message: Fields | undefined) => Reading {
  return (message) => {
    const atMs = clineTimeMs(message?.ts);
    if (!message || atMs === undefined) return { events: [], outcome: 'rejected', detail: 'message without time' };
    const id = text(message.id);
    const metadata = fields(message.metadata);
    // A banner of the program, never sent.
    if (metadata?.displayOnly === true) return { events: [], outcome: 'read' };
    const pieces =
      typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : list(message.content);
    if (metadata?.kind === 'compaction_summary') return compaction(place, pieces, metadata, atMs);
    if (message.role === 'user') return prompt(place, pieces, id ?? String(atMs), atMs);
    if (message.role !== 'assistant')
      return { events: [], outcome: 'unknown', detail: `message role ${plainName(message.role)}` };

    if (message.metrics === undefined || message.metrics === null) return { events: [], outcome: 'read' };
    const usage = metricsUsage(message.metrics);
    if (!usage) return { events: [], outcome: 'rejected', detail: 'message with impossible metrics' };
    const info = fields(message.modelInfo);
    const model = text(info?.id) ?? text(manifest.model) ?? 'unknown';
    const provider = text(info?.provider) ?? (info ? undefined : text(manifest.provider)) ?? providerOfModel(model);
    // A resumed or forked session keeps the messages it began with, with their ids and times.
    const requestId = id === undefined ? `${place.sessionId}/${place.thread}/${atMs}` : `${id}/${atMs}`;
    const events: AgentEvent[] = pieces.flatMap((piece) => {
      const block = replyBlock(fields(piece));
      return block ? [{ type: 'block' as const, ...place, ...block, requestId }] : [];
    });
    if (usage.input + usage.cacheRead + usage.cacheWrite5m + usage.output === 0) return { events: [], outcome: 'read' };
    events.push({
      type: 'request',
      ...place,
      requestId,
      ...(id === undefined ? {} : { messageId: id }),
      atMs,
      provider: provider.toLowerCase(),
      model,
      usage,
      ...recordedCost(fields(message.metrics)?.cost),
    });
    return { events, outcome: 'read' };
  };
}

type Block = Omit<BlockEvent, 'type' | 'sessionId' | 'thread'>;

function replyBlock(piece: Fields | undefined): Block | undefined {
  switch (piece?.type) {
    case 'text':
      return { role: 'model', part: 'text', chars: chars(piece.text) };
    case 'thinking':
    case 'redacted_thinking':
      return { role: 'model', part: 'thinking', chars: chars(piece.thinking ?? piece.text) };
    case 'tool_use': {
      const name = text(piece.name) ?? 'unknown';
      const callId = text(piece.id);
      const size = name.length + jsonChars(piece.input);
      const tool = clineTool(name, fields(piece.input));
      return { role: 'model', part: 'toolCall', chars: size, tool, ...(callId === undefined ? {} : { callId }) };
    }
    default:
      return undefined;
  }
}

/** What the user typed, or what tools gave back. */
function prompt(
  place: { sessionId: string; thread: string },
  pieces: readonly unknown[],
  id: string,
  atMs: number,
): Reading {
  let isPrompt = false;
  const events = pieces.flatMap((value): AgentEvent[] => {
    const piece = fields(value);
    if (piece?.type === 'tool_result') {
      const callId = text(piece.tool_use_id);
      const size = resultChars(piece.content);
      const link = callId === undefined ? {} : { callId };
      return [{ type: 'block', ...place, role: 'tool', part: 'toolResult', chars: size, ...link }];
    }
    isPrompt ||= piece?.type === 'text' || piece?.type === 'image';
    if (piece?.type === 'image') return [{ type: 'block', ...place, role: 'user', part: 'image', chars: 0 }];
    if (piece?.type === 'file')
      return [{ type: 'block', ...place, role: 'user', part: 'attachment', chars: chars(piece.content ?? piece.text) }];
    return [{ type: 'block', ...place, role: 'user', part: 'text', chars: chars(piece?.text) }];
  });
  if (isPrompt) events.unshift({ type: 'task', ...place, taskId: `${id}/${atMs}`, atMs });
  return { events, outcome: 'read' };
}

function resultChars(content: unknown): number {
  if (!Array.isArray(content)) return jsonChars(content);
  return content.reduce<number>((sum, value) => {
    const part = fields(value);
    if (part?.type === 'image') return sum;
    return sum + (typeof part?.text === 'string' ? part.text.length : jsonChars(value));
  }, 0);
}

function compaction(
  place: { sessionId: string; thread: string },
  pieces: readonly unknown[],
  metadata: Fields,
  atMs: number,
): Reading {
  const tokensBefore = wholeTokens(metadata.tokensBefore ?? fields(metadata.details)?.tokensBefore);
  const size = pieces.reduce<number>((sum, piece) => sum + chars(fields(piece)?.text), 0);
  return {
    outcome: 'read',
    events: [
      { type: 'boundary', ...place, kind: 'compaction', atMs, ...(tokensBefore === undefined ? {} : { tokensBefore }) },
      { type: 'block', ...place, role: 'user', part: 'summary', chars: size },
    ],
  };
}
