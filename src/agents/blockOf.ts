import type { BlockEvent, BlockPart, BlockRole, ToolRef } from './event.ts';

/** A block whose place the reader adds: session, thread and request. */
export type UnplacedBlock = Omit<BlockEvent, 'type' | 'sessionId' | 'thread' | 'requestId'>;

/** A block, ready to become the event: there are very many, and all of one shape are several times quicker to work with. */
export function blockOf(
  role: BlockRole,
  part: BlockPart,
  chars: number,
  callId?: string,
  tool?: ToolRef,
  target?: string,
): BlockEvent {
  return {
    type: 'block',
    sessionId: '',
    thread: '',
    role,
    part,
    chars,
    requestId: undefined,
    target,
    stoodBefore: undefined,
    tool,
    callId,
  };
}
