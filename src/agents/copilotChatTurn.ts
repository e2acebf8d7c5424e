import { copilotChatTool } from './copilotChatTools.ts';
import type { BlockPart, BlockRole, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, parseJson, text } from './fields.ts';

/** A block without its place. */
export interface ChatBlock {
  role: BlockRole;
  part: BlockPart;
  chars: number;
  tool?: ToolRef;
  callId?: string;
}

/** The content of one turn, by size. */
export interface TurnContent {
  /** What the user and the editor put in before the first call. */
  prompt: ChatBlock[];
  /** Results of the tools that the turn called: they stand in the prompts of its later calls. */
  results: ChatBlock[];
  /** All that the model wrote in the turn. */
  reply: ChatBlock[];
  /** Model calls that the turn is known to have made: one per round of tools, and the last one. */
  calls: number;
  /** Kinds of response parts that are not known. */
  unknownParts: string[];
}

/** Sizes of a turn. The extension's rounds tell more than the parts that the editor shows; older and cancelled turns only have those. */
export function turnContent(request: Fields): TurnContent {
  const metadata = fields(fields(request.result)?.metadata);
  const rounds = list(metadata?.toolCallRounds)
    .map(fields)
    .filter((round) => round !== undefined);
  const { blocks, results: shownResults, unknown } = shownParts(list(request.response));
  const prompt = promptBlocks(request, metadata);
  if (rounds.length === 0) {
    const toolCalls = blocks.filter((block) => block.part === 'toolCall').length;
    return { prompt, results: shownResults, reply: blocks, calls: toolCalls > 0 ? 2 : 1, unknownParts: unknown };
  }
  const results: ChatBlock[] = [];
  const reply: ChatBlock[] = [];
  const outcomes = fields(metadata?.toolCallResults) ?? {};
  for (const round of rounds) {
    const thinking = thinkingChars(round.thinking);
    if (thinking > 0) reply.push({ role: 'model', part: 'thinking', chars: thinking });
    if (chars(round.response) > 0) reply.push({ role: 'model', part: 'text', chars: chars(round.response) });
    for (const item of list(round.toolCalls)) {
      const call = fields(item);
      const name = text(call?.name);
      if (!call || !name) continue;
      const tool = copilotChatTool(name, parsedInput(call.arguments));
      const callId = text(call.id);
      reply.push({ role: 'model', part: 'toolCall', chars: name.length + jsonChars(call.arguments), tool, callId });
      const outcome = callId !== undefined && Object.hasOwn(outcomes, callId) ? fields(outcomes[callId]) : undefined;
      if (outcome)
        results.push({ role: 'tool', part: 'toolResult', chars: resultChars(outcome.content), tool, callId });
    }
  }
  return { prompt, results, reply, calls: rounds.length, unknownParts: unknown };
}

/** The prompt as the extension sent it, where it is kept; the user's own text otherwise. What is more than that was attached. */
function promptBlocks(request: Fields, metadata: Fields | undefined): ChatBlock[] {
  const typed = chars(typeof request.message === 'string' ? request.message : fields(request.message)?.text);
  const rendered = renderedChars(metadata?.renderedUserMessage);
  const global = renderedChars(metadata?.renderedGlobalContext);
  const blocks: ChatBlock[] = [];
  if (global > 0) blocks.push({ role: 'system', part: 'attachment', chars: global });
  if (typed > 0) blocks.push({ role: 'user', part: 'text', chars: typed });
  if (rendered > typed) blocks.push({ role: 'user', part: 'attachment', chars: rendered - typed });
  return blocks;
}

function renderedChars(parts: unknown): number {
  return list(parts).reduce<number>((sum, part) => sum + chars(fields(part)?.text), 0);
}

function thinkingChars(thinking: unknown): number {
  const written = fields(thinking)?.text;
  return Array.isArray(written) ? written.reduce<number>((sum, part) => sum + chars(part), 0) : chars(written);
}

function parsedInput(input: unknown): Fields {
  return fields(input) ?? (typeof input === 'string' ? fields(parseJson(Buffer.from(input))) : undefined) ?? {};
}

/** Parts that are known and hold nothing that the model wrote or read as such. */
const SILENT_PARTS = new Set(
  'autoModeResolution clearToPreviousToolInvocation codeblockUri command confirmation disabledClaudeHooks elicitation elicitationSerialized extensions externalEdit hook info inlineReference markdownVuln mcpServersStarting mcpServersStartingSerialized modifiedFilesConfirmation multiDiffData notebookEdit notebookEditGroup planReview prepareToolInvocation progressMessage progressTask progressTaskSerialized pullRequest questionCarousel references systemNotification textEdit textEditGroup treeData undoStop warning workspaceEdit'.split(
    ' ',
  ),
);

/** What the parts of a response show: text, thinking and tool calls, without the arguments and results that the model saw. */
function shownParts(parts: readonly unknown[]): { blocks: ChatBlock[]; results: ChatBlock[]; unknown: string[] } {
  const blocks: ChatBlock[] = [];
  const results: ChatBlock[] = [];
  const unknown: string[] = [];
  for (const item of parts) {
    const part = fields(item);
    if (!part) continue;
    if (part.kind === undefined || part.kind === 'markdownContent') {
      const shown = chars(part.value) || chars(fields(part.content)?.value);
      if (shown > 0) blocks.push({ role: 'model', part: 'text', chars: shown });
    } else if (part.kind === 'thinking') {
      const thought = Array.isArray(part.value) ? renderedText(part.value) : chars(part.value);
      if (thought > 0) blocks.push({ role: 'model', part: 'thinking', chars: thought });
    } else if (part.kind === 'toolInvocationSerialized' || part.kind === 'toolInvocation') {
      const name = text(part.toolId);
      if (!name || part.subAgentInvocationId !== undefined) continue;
      const about = fields(part.toolSpecificData) ?? {};
      const tool = copilotChatTool(name, {
        command: text(about.command) ?? text(fields(about.commandLine)?.original),
        agentName: about.agentName,
      });
      const callId = text(part.toolCallId);
      blocks.push({ role: 'model', part: 'toolCall', chars: name.length + jsonChars(about.rawInput), tool, callId });
      const outcome = chars(about.result) + resultChars(fields(part.resultDetails)?.output);
      if (outcome > 0) results.push({ role: 'tool', part: 'toolResult', chars: outcome, tool, callId });
    } else if (typeof part.kind !== 'string' || !SILENT_PARTS.has(part.kind)) unknown.push(String(part.kind));
  }
  return { blocks, results, unknown };
}

function renderedText(parts: readonly unknown[]): number {
  return parts.reduce<number>((sum, part) => sum + chars(part), 0);
}

/** Text in a tool's result: strings, and the trees of text that the extension renders. */
function resultChars(content: unknown): number {
  let sum = 0;
  for (const item of list(content)) {
    const value = fields(item)?.value;
    sum += typeof value === 'string' ? value.length : treeText(value, 64);
  }
  return sum;
}

function treeText(value: unknown, depth: number): number {
  if (depth === 0 || typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + treeText(item, depth - 1), 0);
  let sum = 0;
  for (const [key, inner] of Object.entries(value)) {
    sum += key === 'text' && typeof inner === 'string' ? inner.length : treeText(inner, depth - 1);
  }
  return sum;
}
