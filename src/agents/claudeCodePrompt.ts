import { START_CHARS } from '../transcripts/wanted.ts';
import { type Fields, fields, list } from './fields.ts';

/** What a user row is to the person at the keyboard. */
export type UserRowKind = 'prompt' | 'command' | 'other';

/** Text that the agent writes in the user's place. */
const NOT_TYPED =
  /^\s*(<(local-command-\w+|bash-(input|stdout|stderr)|task-notification|system-reminder|user-memory-input|teammate-message)[\s>]|\[Request interrupted|Caveat: The messages below were generated)/;
/** A slash command. It is a prompt when a request follows it (a custom command), and none when only local output does (`/cost`). */
const COMMAND = /^\s*<command-(name|message)>/;

/** Tells prompts from tool results, summaries, notifications and the output of local commands. */
export function userRowKind(row: Fields, content: unknown): UserRowKind {
  if (row.isMeta === true || row.isCompactSummary === true || row.isVisibleInTranscriptOnly === true) return 'other';
  // Newer versions say where a user row comes from.
  const origin = fields(row.origin)?.kind;
  if ((typeof origin === 'string' && origin !== 'human') || row.promptSource === 'system') return 'other';
  const start = typeof content === 'string' ? content : firstText(content);
  if (start === undefined) return 'other';
  const beginning = start.slice(0, START_CHARS);
  if (COMMAND.test(beginning)) return 'command';
  return NOT_TYPED.test(beginning) ? 'other' : 'prompt';
}

/** The first text of a content list; an empty string when it only has images; `undefined` when it holds tool results or nothing. */
function firstText(content: unknown): string | undefined {
  let start: string | undefined;
  const items = list(content);
  for (let at = 0; at < items.length; at++) {
    const block = fields(items[at]);
    if (block?.type === 'tool_result') return undefined;
    if (block?.type === 'text' && typeof block.text === 'string') start ||= block.text;
    else if (block?.type === 'image' || block?.type === 'document') start ??= '';
  }
  return start;
}

/** A short mark of a prompt, to recognise it where a subagent's rows begin. Not reversible, and never stored for long. */
export function promptMark(content: unknown): string {
  const prompt = typeof content === 'string' ? content : (firstText(content) ?? '');
  let hash = 0x811c9dc5;
  for (let at = 0; at < Math.min(prompt.length, START_CHARS); at++)
    hash = Math.imul(hash ^ prompt.charCodeAt(at), 0x01000193);
  return `${prompt.length}.${(hash >>> 0).toString(36)}`;
}
