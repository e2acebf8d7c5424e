import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptRecord } from '../transcripts/record.ts';
import type { RecordReading, TranscriptReader } from './agent.ts';
import { MAIN_THREAD } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, plainName, text, timeMs } from './fields.ts';
import { readJsonLine } from './jsonLine.ts';
import { kimiCodeState } from './kimiCodeState.ts';
import { kimiCodeTeller, MAIN } from './kimiCodeTeller.ts';
import { kimiTool } from './kimiTools.ts';
import { contentChars, isNothing, type KimiFile, kimiUsage, mediaCount, usageKey } from './kimiUsage.ts';

/** Families of records that repeat what others say, or tell nothing of tokens. */
const SILENT =
  /^(metadata|forked|agent\.|turn\.|prompt\.|permission\.|plan\.|plan_mode\.|swarm_mode\.|tower_mode\.|goal\.|cron\.|tools\.|mcp\.|task\.|subagent\.|interaction\.|plugin\.|runtime\.|staleGuard\.|interruptionReminder\.|file_history\.|token_counting\.|full_compaction\.|micro_compaction\.|context\.update_token_count$|notification\.|session\.|workflow\.)/;
const SILENT_LOOP_EVENTS = new Set(['step.interrupted', 'step.retrying', 'tool.progress', 'step.cancel']);

/** A reader for the `wire.jsonl` of one agent of a Kimi Code session. */
export function readKimiCodeRecords(file: KimiFile, saved?: JsonValue): TranscriptReader | undefined {
  const remembered = kimiCodeState(saved);
  if (!remembered) return undefined;
  const state = remembered;
  const teller = kimiCodeTeller(state, file);
  const { own, isTask, push, pushRequest, tellLaunch, tellProfile, tellMessage, compact } = teller;

  function read(record: TranscriptRecord): RecordReading {
    return readJsonLine(record, teller.begin(), readLine);
  }

  /** Returns why the record was refused (`?` and the kind when unknown), or `undefined`. */
  function readLine(line: Fields): string | undefined {
    if (typeof line.type !== 'string') return 'no type';
    state.lastAtMs = timeMs(line.time) ?? timeMs(line.created_at) ?? state.lastAtMs;
    const atMs = state.lastAtMs;
    if (atMs === undefined) return 'no time';
    // What was shown on the screen, again.
    if (line.kind === 'event') return undefined;
    switch (line.type) {
      case 'metadata':
        push({
          type: 'session',
          ...(own === MAIN_THREAD ? { agentName: MAIN_THREAD, startedAtMs: timeMs(line.created_at) } : {}),
          ...(file.account === undefined ? {} : { account: file.account }),
        });
        return undefined;
      case 'profile.bind':
      case 'config.update':
        tellProfile(line);
        return undefined;
      case 'llm.tools_snapshot':
        if (!state.asked) push({ type: 'block', role: 'system', part: 'text', chars: jsonChars(list(line.tools)) });
        return undefined;
      case 'llm.request': {
        const model = text(line.model);
        const alias = text(line.modelAlias);
        if (!model) return undefined;
        if (state.sent && state.sent.alias !== alias) state.sentBefore = state.sent;
        state.sent = { model, alias, provider: text(line.provider), kind: text(line.kind) };
        return undefined;
      }
      case 'turn.prompt':
      case 'turn.steer':
        if (isTask(fields(line.origin))) push({ type: 'task', taskId: text(line.promptId) ?? `${own} ${atMs}`, atMs });
        return undefined;
      case 'subagent.spawned':
        tellLaunch(line);
        return undefined;
      case 'context.append_message':
        return tellMessage(fields(line.message));
      case 'context.append_loop_event':
        return readLoopEvent(fields(line.event), atMs);
      case 'usage.record':
        return readUsageRecord(line, atMs);
      case 'context.apply_compaction':
        compact(line, atMs);
        return undefined;
      case 'context.clear':
        push({ type: 'boundary', kind: 'clear', atMs });
        return undefined;
      case 'context.undo':
        push({ type: 'boundary', kind: 'rewind', atMs });
        return undefined;
      default:
        return SILENT.test(line.type) ? undefined : `?${plainName(line.type)}`;
    }
  }

  function readLoopEvent(event: Fields | undefined, atMs: number): string | undefined {
    if (!event) return 'loop event without a body';
    const requestId = text(event.stepUuid);
    switch (event.type) {
      case 'step.begin':
        state.step = text(event.uuid);
        state.counted = 0;
        state.countedAtEnd = false;
        return undefined;
      case 'content.part': {
        const part = fields(event.part);
        const isThinking = part?.type === 'think';
        const size = chars(isThinking ? part.think : part?.text);
        push({
          type: 'block',
          role: 'model',
          part: isThinking ? 'thinking' : 'text',
          chars: size,
          ...named(requestId),
        });
        return undefined;
      }
      case 'tool.call': {
        const name = text(event.name) ?? '(none)';
        const size = name.length + jsonChars(event.args);
        const callId = text(event.toolCallId);
        push({
          type: 'block',
          role: 'model',
          part: 'toolCall',
          chars: size,
          tool: kimiTool(name, event.args),
          ...named(requestId),
          ...(callId ? { callId } : {}),
        });
        return undefined;
      }
      case 'tool.result': {
        const callId = text(event.toolCallId);
        const output = fields(event.result)?.output;
        const linked = callId ? { callId } : {};
        push({ type: 'block', role: 'tool', part: 'toolResult', chars: contentChars(output), ...linked });
        for (let left = mediaCount(output); left > 0; left--)
          push({ type: 'block', role: 'tool', part: 'image', chars: 0, ...linked });
        return undefined;
      }
      case 'step.end':
        return endStep(event, atMs);
      default:
        if (typeof event.type !== 'string') return 'loop event without a type';
        return SILENT_LOOP_EVENTS.has(event.type) ? undefined : `?loop/${plainName(event.type)}`;
    }
  }

  /** A step's end repeats the usage that its record states; older versions write the record after it, the oldest may lack it. */
  function endStep(event: Fields, atMs: number): string | undefined {
    if (event.usage === undefined || event.usage === null) return undefined;
    const usage = kimiUsage(event.usage);
    if (!usage) return 'impossible usage';
    const step = text(event.uuid) ?? state.step;
    if (state.counted > 0 || isNothing(usage) || step === undefined) return undefined;
    state.counted = 1;
    state.countedAtEnd = true;
    pushRequest(MAIN, step, atMs, usage, { messageId: text(event.messageId) });
    return undefined;
  }

  /** One model call, whatever it was for. */
  function readUsageRecord(line: Fields, atMs: number): string | undefined {
    const usage = kimiUsage(line.usage);
    if (!usage) return line.usage === undefined ? 'usage without numbers' : 'impossible usage';
    const isTurn = line.usageScope === 'turn' || (line.usageScope === undefined && state.countedAtEnd);
    if (state.countedAtEnd && isTurn) {
      state.countedAtEnd = false;
      return undefined;
    }
    if (isNothing(usage)) return undefined;
    const alias = text(line.model);
    if (isTurn && state.step !== undefined) {
      const requestId = state.counted === 0 ? state.step : `${state.step}#${state.counted}`;
      state.counted++;
      pushRequest(MAIN, requestId, atMs, usage, {}, alias);
      return undefined;
    }
    // Compaction is a call of the thread itself; titles and the like have nothing to do with its context.
    const kind = state.sent?.kind ?? 'compaction';
    const isOwn = kind === 'compaction' || kind === 'loop';
    const requestId = `${file.agentId}/${atMs}/${usageKey(usage)}`;
    if (!isOwn) push({ type: 'session', agentName: kind }, `aside ${kind}`);
    pushRequest(isOwn ? MAIN : `aside ${kind}`, requestId, atMs, usage, {}, alias);
    return undefined;
  }

  return { read, state: () => structuredClone(state) as unknown as JsonValue };
}

function named(requestId: string | undefined): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}
