import type { Kind } from '../../src/ledger/kind.ts';
import type { KindShare, LedgerRows, RequestRow } from '../../src/ledger/rows.ts';
import { openStore } from '../../src/store/openStore.ts';

const DAY_MS = 86_400_000;
const SPAN_MS = 730 * DAY_MS;
const PER_SESSION = 84;

const AGENTS = ['claude-code', 'claude-code', 'claude-code', 'codex', 'gemini-cli', 'opencode'];
const MODELS: Record<string, [provider: string, model: string][]> = {
  'claude-code': [
    ['anthropic', 'claude-sonnet-4-5'],
    ['anthropic', 'claude-opus-4-1'],
  ],
  codex: [['openai', 'gpt-5-codex']],
  'gemini-cli': [['google', 'gemini-2.5-pro']],
  opencode: [['local', 'my-own-model']],
};
const SUBAGENTS = ['Explore', 'code-reviewer', 'general-purpose', 'test-runner'];
const KINDS: Kind[] = ['system', 'read', 'bash', 'edit', 'model', 'user', 'search', 'mcp:github'];

/** The same numbers with every run in one order. */
let seed = 42;
function random(): number {
  seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

function sharesOf(usage: RequestRow['usage']): KindShare[] {
  const left = { ...usage };
  return KINDS.map((kind, i) => {
    const isLast = i === KINDS.length - 1;
    const part = (tokens: number): number => (isLast ? tokens : Math.floor(tokens * 0.4));
    const share = {
      input: part(left.input),
      cacheRead: part(left.cacheRead),
      cacheWrite5m: part(left.cacheWrite5m),
      cacheWrite1h: 0,
      output: part(left.output),
    };
    left.input -= share.input;
    left.cacheRead -= share.cacheRead;
    left.cacheWrite5m -= share.cacheWrite5m;
    left.output -= share.output;
    return { kind, usage: share };
  });
}

/** One session: prompts about every half minute, some of them by a subagent. */
function session(number: number, startMs: number): LedgerRows {
  const sessionId = `session-${number}`;
  const requests: RequestRow[] = [];
  const [provider, model] = pick(MODELS[agentOf(number)] ?? []) as [string, string];
  let atMs = startMs;
  let context = 18_000;
  for (let i = 0; i < PER_SESSION; i++) {
    atMs += 5_000 + random() * 60_000;
    const isSub = i % 20 >= 15;
    const added = Math.floor(200 + random() * 2_500);
    const usage = {
      input: Math.floor(random() * 20),
      cacheRead: context,
      cacheWrite5m: added,
      cacheWrite1h: 0,
      output: Math.floor(40 + random() * 900),
      reasoning: 0,
    };
    context += added;
    const name = SUBAGENTS[Math.floor(i / 20) % SUBAGENTS.length] ?? 'Explore';
    requests.push({
      requestId: `${sessionId}-${i}`,
      sessionId,
      thread: isSub ? `sub-${Math.floor(i / 20)}` : 'main',
      agentName: isSub ? name : 'main',
      atMs: Math.floor(atMs),
      provider,
      model,
      usage,
      webSearches: 0,
      estimated: false,
      rule: 'recorded',
      replyChars: usage.output * 4,
      hidesThinking: false,
      isCopy: false,
      taskId: i % 12 === 0 ? `${sessionId}-task-${i}` : undefined,
      openedKinds: ['read'],
      offset: i * 1000,
      lastOffset: i * 1000,
      records: 1,
      shares: sharesOf(usage),
    });
  }
  return {
    sessions: [
      {
        sessionId,
        workspace: `/home/dev/project-${number % 40}`,
        account: number % 3 === 0 ? 'team' : undefined,
        title: `Session ${number}`,
        startedAtMs: Math.floor(startMs),
        lastAtMs: Math.floor(atMs),
      },
    ],
    requests,
    threads: [],
    limits: [],
    unlisted: [],
    boundaries: [],
    holdings: [],
  };
}

const agentOf = (number: number): string => AGENTS[number % AGENTS.length] ?? 'codex';

/** Makes a store with two years of made-up requests up to now; how many there are in the end. */
export async function makeYearsOfUse(path: string, requests: number, nowMs: number): Promise<number> {
  const { store } = await openStore({ path, nowMs });
  const sessions = Math.ceil(requests / PER_SESSION);
  for (let number = 0; number < sessions; number++) {
    const startMs = nowMs - SPAN_MS + ((SPAN_MS - 0.06 * DAY_MS) * number) / Math.max(1, sessions - 1);
    const size = PER_SESSION * 1000;
    store.commit([
      {
        agent: agentOf(number),
        user: 'ada',
        rows: session(number, startMs),
        cursor: {
          path: `/home/dev/transcripts/${number}.jsonl`,
          size,
          mtimeMs: 1,
          ino: String(number),
          offset: size,
          complete: true,
          fingerprint: 'f',
          records: PER_SESSION,
          unknownRecords: 0,
          rejectedRecords: 0,
          details: [],
        },
      },
    ]);
  }
  store.close();
  return sessions * PER_SESSION;
}
