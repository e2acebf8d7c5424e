import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Random, random } from '../fuzz/random.ts';

export interface CorpusOptions {
  files: number;
  /** Of each file, about. */
  kilobytes: number;
  /** In so many projects. */
  folders?: number;
}

/** A home with transcripts as Claude Code writes them, and what is true of them. */
export interface Corpus {
  home: string;
  turns: number;
  bytes: number;
  remove(): void;
}

const START_MS = Date.UTC(2026, 0, 5);
const TEXT = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. ';

/** Writes a home in a temporary folder. The same options give the same home. */
export function makeCorpus({ files, kilobytes, folders = 100 }: CorpusOptions): Corpus {
  const chance = random(1);
  const home = mkdtempSync(path.join(tmpdir(), 'atm-bench-'));
  const text = TEXT.repeat(400);
  let turns = 0;
  let bytes = 0;
  for (let n = 0; n < files; n++) {
    const project = path.join(home, '.claude', 'projects', `-srv-app-${n % folders}`);
    if (n < folders) mkdirSync(project, { recursive: true });
    const session = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const file = path.join(project, `${session}.jsonl`);
    const made = transcript({ session, kilobytes, chance, text, startMs: START_MS + n * 600_000 });
    writeFileSync(file, made.content);
    utimesSync(file, made.endMs / 1000, made.endMs / 1000);
    turns += made.turns;
    bytes += made.content.length;
  }
  return { home, turns, bytes, remove: () => rmSync(home, { recursive: true, force: true }) };
}

interface TranscriptOptions {
  session: string;
  kilobytes: number;
  chance: Random;
  text: string;
  startMs: number;
}

/** Prompts, replies that call a tool, and what the tools gave. */
function transcript({ session, kilobytes, chance, text, startMs }: TranscriptOptions) {
  const rows: string[] = [];
  let length = 0;
  let turns = 0;
  let context = 12_000;
  let atMs = startMs;
  const add = (content: object): void => {
    atMs += 1_000 + chance.below(20_000);
    const row = JSON.stringify({
      parentUuid: null,
      isSidechain: false,
      userType: 'external',
      cwd: `/srv/app-${session.slice(-2)}`,
      sessionId: session,
      version: '2.1.100',
      gitBranch: 'main',
      ...content,
      uuid: `${session}-${rows.length}`,
      timestamp: new Date(atMs).toISOString(),
    });
    rows.push(row);
    length += row.length + 1;
  };
  add({ type: 'user', message: { role: 'user', content: text.slice(0, 300) } });
  while (length < kilobytes * 1024) {
    const id = `${session}-${turns++}`;
    const output = 200 + chance.below(1_500);
    const added = 500 + chance.below(4_000);
    const name = chance.pick(['Read', 'Bash', 'Edit', 'Grep', 'Write', 'Task', 'WebFetch']);
    const result = text.slice(0, added * 3);
    add({
      type: 'assistant',
      requestId: `req_${id}`,
      message: {
        id: `msg_${id}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5-20250929',
        stop_reason: 'tool_use',
        content: [
          { type: 'text', text: text.slice(0, 200) },
          { type: 'tool_use', id: `toolu_${id}`, name, input: { file_path: `/srv/app/src/file${turns % 50}.ts` } },
        ],
        usage: {
          input_tokens: 8,
          cache_creation_input_tokens: added,
          cache_read_input_tokens: context,
          output_tokens: output,
        },
      },
    });
    add({
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${id}`, content: result }] },
      toolUseResult: { type: 'text', file: { filePath: '/srv/app/src/file.ts', content: result, numLines: 100 } },
    });
    context = context + added > 160_000 ? 12_000 : context + added;
  }
  return { content: `${rows.join('\n')}\n`, turns, endMs: atMs };
}
