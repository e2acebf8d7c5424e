import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { lookAtDisk } from '../../../src/engine/disk.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { cursorStatus } from '../../../src/transcripts/cursor.ts';
import { readRecords } from '../../../src/transcripts/readRecords.ts';
import { databaseFacts } from '../../../src/transcripts/sourceFacts.ts';

// Opens named pipes that nobody writes to in every way that files of agents are opened, and says what came of it.

const home = process.argv[2] as string;
const pipe = (name: string): string => {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  execFileSync('mkfifo', [file]);
  return file;
};
const transcript = pipe('transcript.jsonl');
const facts = { size: 1000, mtimeMs: 1, ino: '1' };
const database = path.join(home, 'agent.db');
writeFileSync(database, '');
pipe('agent.db-journal');

// What is read beside transcripts, and in place of one.
const project = path.join(home, '.claude/projects/-srv-app');
pipe('.claude/projects/-srv-app/s2.jsonl');
pipe('.claude/projects/-srv-app/s1/subagents/agent-a1.meta.json');
pipe('.config/Code/User/settings.json');
pipe('.local/share/crush/projects.json');
const usage = { input_tokens: 10, output_tokens: 5 };
const message = { id: 'm1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [], usage };
writeFileSync(
  path.join(project, 's1/subagents/agent-a1.jsonl'),
  `${JSON.stringify({ type: 'assistant', sessionId: 's1', agentId: 'a1', isSidechain: true, uuid: 'u', requestId: 'r', timestamp: '2026-11-01T00:00:00Z', message })}\n`,
);
async function main(): Promise<void> {
  const engine = await createLocalEngine({ agents: ALL_AGENTS, place: { home, env: {}, platform: 'linux' } });
  await engine.sweep();
  const { totals } = await engine.usage({ window: 'all', timeZone: 'UTC', nowMs: 0 });
  await engine.dispose();

  const databases = await foreignDatabases();
  process.stdout.write(
    JSON.stringify({
      records: readRecords(transcript, { offset: 0 }, () => undefined).trouble,
      cursor: cursorStatus(transcript, facts, { ...facts, size: 500, offset: 500, complete: true, fingerprint: 'x' }),
      document: lookAtDisk(databases).disk.read(transcript) ?? 'nothing',
      database: databaseFacts(database)?.isHalfWritten,
      turns: totals.turns,
    }),
  );
  databases.dispose();
}

void main();
