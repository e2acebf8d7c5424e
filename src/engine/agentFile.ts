import type { Agent } from '../agents/agent.ts';
import type { Cursor } from '../transcripts/cursor.ts';
import type { FoundTranscript } from '../transcripts/findTranscripts.ts';
import { databaseFingerprint, sourceFingerprint } from '../transcripts/sourceFacts.ts';

/** A transcript with the agent that writes it. */
export interface AgentFile {
  agent: Agent;
  file: FoundTranscript;
  /** It was read while it was being written: the same size and time are no proof that nothing changed. */
  isDoubted?: boolean;
  /** Bytes that are most likely left to read. Default: all. */
  unreadBytes?: number;
  /** Nothing of it was read before. */
  isNew?: boolean;
}

/** Names a transcript among those of all agents. */
export const fileKey = ({ agent, file }: AgentFile): string => `${agent.id}\n${file.path}`;

/** Whether everything in a transcript, its companions included, was read. Costs a few looks at the disk. */
export function isRead({ agent, file }: AgentFile, cursor: Cursor | undefined): boolean {
  return (
    cursor?.complete === true &&
    cursor.size === file.facts.size &&
    cursor.mtimeMs === file.facts.mtimeMs &&
    cursor.ino === file.facts.ino &&
    (agent.form === 'lines' || cursor.fingerprint === fingerprintOf({ agent, file }))
  );
}

/** One text for all files that make up a document or a database; empty for lines, whose cursor tells. */
export function fingerprintOf({ agent, file }: AgentFile): string {
  switch (agent.form) {
    case 'lines':
      return '';
    case 'document':
      return sourceFingerprint([file.path, ...companionsOf({ agent, file })]);
    case 'database':
      return databaseFingerprint(file.path);
  }
}

/** The other files and folders of a document. */
export function companionsOf({ agent, file }: AgentFile): string[] {
  if (agent.form !== 'document') return [];
  try {
    return agent.companions?.(file) ?? [];
  } catch {
    return [];
  }
}
