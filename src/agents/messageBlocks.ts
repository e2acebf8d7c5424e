import type { BlockPart, BlockRole, ToolRef } from './event.ts';
import { chars, type Fields, fields, jsonChars, list, text } from './fields.ts';

/** A block without its place. */
export interface MessageBlock {
  role: BlockRole;
  part: BlockPart;
  chars: number;
  tool?: ToolRef;
  callId?: string;
}

/** A tool call's name and input as a tool reference. */
export type ToolOf = (name: string, input: Fields) => ToolRef;

/**
 * The blocks of a message whose content is written as Anthropic's API takes it: a text, or a list of `text`, `thinking`, `tool_use`,
 * `tool_result`, `image` ... blocks. Several agents keep messages like this whatever model they talk to.
 */
export function messageBlocks(role: 'user' | 'assistant', content: unknown, toolOf: ToolOf): MessageBlock[] {
  const own: BlockRole = role === 'user' ? 'user' : 'model';
  if (typeof content === 'string') return content ? [{ role: own, part: 'text', chars: content.length }] : [];
  const blocks: MessageBlock[] = [];
  for (const item of list(content)) {
    const block = fields(item);
    switch (block?.type) {
      case 'text':
        if (chars(block.text) > 0) blocks.push({ role: own, part: 'text', chars: chars(block.text) });
        break;
      case 'thinking':
        blocks.push({ role: own, part: 'thinking', chars: chars(block.thinking) });
        break;
      case 'redacted_thinking':
        blocks.push({ role: own, part: 'thinking', chars: 0 });
        break;
      case 'image':
        blocks.push({ role: own, part: 'image', chars: 0 });
        break;
      case 'document':
        blocks.push({ role: own, part: 'attachment', chars: chars(fields(block.source)?.data) });
        break;
      case 'tool_use':
      case 'server_tool_use': {
        const name = text(block.name) ?? '(none)';
        const tool = toolOf(name, fields(block.input) ?? {});
        blocks.push({
          role: own,
          part: 'toolCall',
          chars: name.length + jsonChars(block.input),
          tool,
          callId: text(block.id),
        });
        break;
      }
      case 'tool_result':
        blocks.push({
          role: 'tool',
          part: 'toolResult',
          chars: resultChars(block),
          callId: text(block.tool_use_id) ?? text(block.toolUseID),
        });
    }
  }
  return blocks;
}

/** Size of a result: its text, or what the tool's run returned as it is written for the model. */
function resultChars(block: Fields): number {
  const run = fields(block.run);
  if (run) return writtenChars(run.result ?? fields(run.error)?.message);
  if (typeof block.content === 'string') return block.content.length;
  let sum = 0;
  for (const item of list(block.content)) {
    const part = fields(item);
    if (part?.type !== 'image') sum += typeof part?.text === 'string' ? part.text.length : jsonChars(item);
  }
  return sum;
}

function writtenChars(result: unknown): number {
  const object = fields(result);
  const main = object?.output ?? object?.content ?? object?.diff;
  return typeof main === 'string' ? main.length : jsonChars(result);
}

/** Characters of all blocks. */
export function blockChars(blocks: readonly { chars: number }[]): number {
  return blocks.reduce((sum, block) => sum + block.chars, 0);
}
