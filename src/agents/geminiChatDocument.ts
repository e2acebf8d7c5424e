import type { PlacedReading } from './agent.ts';
import { fields, list, parseJson } from './fields.ts';
import type { GeminiChatReader } from './geminiChatRecords.ts';

/**
 * Reads a chat that is one JSON document: its head, then its messages. `undefined` when it was caught while it was written. Each reading
 * bears the offset of its message.
 */
export function readGeminiDocument(bytes: Uint8Array, reader: GeminiChatReader): PlacedReading[] | undefined {
  const parsed = parseJson(bytes);
  if (parsed === undefined) return undefined;
  const chat = fields(parsed);
  if (!chat) return [{ ...reader.read(parsed), offset: 0 }];
  const { messages, ...head } = chat;
  const readings: PlacedReading[] = [{ ...reader.read(head), offset: 0 }];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (const message of list(messages)) {
    const id = fields(message)?.id;
    const at = typeof id === 'string' ? text.indexOf(JSON.stringify(id), offset + 1) : -1;
    if (at >= 0) offset = at;
    readings.push({ ...reader.read(message), offset });
  }
  return readings;
}
