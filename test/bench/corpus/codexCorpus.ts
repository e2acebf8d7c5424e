import path from 'node:path';
import { hex, spread, uuid } from './chance.ts';
import { corpusFile } from './corpusFile.ts';
import { countRequest } from './truth.ts';
import type { CorpusVoice } from './voice.ts';

export interface CodexCorpusOptions {
  home: string;
  bytes: number;
  sessionBytes: number;
  /** So many files at most. */
  files?: number;
  endMs: number;
}

const MODELS = ['gpt-5-codex', 'gpt-5.1-codex', 'gpt-5', 'gpt-5.1-codex-mini'];
const HALF_YEAR_MS = 180 * 86_400_000;
const WINDOW_TOKENS = 240_000;

/** A rollout that is being written. Its counters are sums over all that it has told so far. */
interface Rollout {
  rows: string[];
  chars: number;
  cwd: string;
  model: string;
  atMs: number;
  context: number;
  cached: number;
  sums: CodexCounts;
}

interface CodexCounts {
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
  total_tokens: number;
}

const noCounts = (): CodexCounts => ({
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
  total_tokens: 0,
});

/** Writes Codex rollouts, with what makes them hard to count: sums that are told twice, empty ones, and forks that repeat their history. */
export function writeCodexCorpus(
  voice: CorpusVoice,
  { home, bytes, sessionBytes, files = Infinity, endMs }: CodexCorpusOptions,
): void {
  const { random, truth } = voice;
  const isOne = sessionBytes >= bytes;
  const begun = truth.bytes;
  do {
    const atMs = endMs - 86_400_000 - random.below(HALF_YEAR_MS / 1000) * 1000;
    const rollout: Rollout = {
      rows: [],
      chars: 0,
      cwd: `/home/dev/code/project-${random.below(40)}`,
      model: random.pick(MODELS),
      atMs,
      context: 9_000,
      cached: 0,
      sums: noCounts(),
    };
    const id = uuid(random);
    head(voice, rollout, id);
    converse(voice, rollout, isOne ? bytes : Math.min(spread(random, sessionBytes, 1), 40 * sessionBytes));
    write(voice, home, rollout, id, atMs);
    if (!isOne && random.chance(0.03)) fork(voice, home, rollout, id);
  } while (truth.bytes - begun < bytes && truth.files < files);
}

function add(rollout: Rollout, type: string, payload: string): void {
  const row = `{"timestamp":"${new Date(rollout.atMs).toISOString()}","type":"${type}","payload":${payload}}`;
  rollout.rows.push(row);
  rollout.chars += row.length + 1;
}

function head({ texts }: CorpusVoice, rollout: Rollout, id: string, forkedFrom?: string): void {
  const from = forkedFrom === undefined ? '' : `,"forked_from_id":"${forkedFrom}"`;
  const git = '{"branch":"main","repository_url":"git@example.com:x/y.git"}';
  add(
    rollout,
    'session_meta',
    `{"id":"${id}","timestamp":"${new Date(rollout.atMs).toISOString()}","cwd":"${rollout.cwd}","originator":"codex_cli_rs","cli_version":"0.63.0","instructions":"${texts.prose(9_000)}","source":"cli","model_provider":"openai"${from},"git":${git}}`,
  );
}

/** Turns, until the rollout has grown by so many characters. */
function converse(voice: CorpusVoice, rollout: Rollout, chars: number): void {
  const { random, texts } = voice;
  const end = rollout.chars + chars;
  do {
    if (random.chance(0.05)) rollout.model = random.pick(MODELS);
    add(
      rollout,
      'turn_context',
      `{"cwd":"${rollout.cwd}","approval_policy":"on-request","sandbox_policy":{"mode":"workspace-write"},"model":"${rollout.model}","effort":"medium","summary":"auto"}`,
    );
    const asked = texts.prose(spread(random, 250, 1));
    add(
      rollout,
      'response_item',
      `{"type":"message","role":"user","content":[{"type":"input_text","text":"${asked}"}]}`,
    );
    add(rollout, 'event_msg', `{"type":"user_message","message":"${asked}","kind":"plain"}`);
    rollout.context += Math.ceil(asked.length / 3.6);
    for (let left = Math.min(120, spread(random, 9, 0.9)); left > 0; left--) {
      request(voice, rollout, left === 1 || rollout.chars >= end);
      if (rollout.chars >= end) break;
    }
    rollout.atMs += spread(random, 90_000, 1.5);
  } while (rollout.chars < end);
}

function request(voice: CorpusVoice, rollout: Rollout, ends: boolean): void {
  const { random, texts } = voice;
  rollout.atMs += 1_500 + random.below(18_000);
  let [output, reasoning] = [0, 0];
  if (random.chance(0.6)) {
    const text = texts.prose(spread(random, 200, 0.7));
    const sealed = texts.base64(600 + random.below(3_000));
    add(rollout, 'event_msg', `{"type":"agent_reasoning","text":"${text}"}`);
    add(
      rollout,
      'response_item',
      `{"type":"reasoning","summary":[{"type":"summary_text","text":"${text}"}],"content":null,"encrypted_content":"${sealed}"}`,
    );
    reasoning = 64 * (1 + random.below(12));
    output += reasoning;
  }
  if (ends) {
    const text = texts.prose(spread(random, 900, 0.7));
    add(
      rollout,
      'response_item',
      `{"type":"message","role":"assistant","content":[{"type":"output_text","text":"${text}"}]}`,
    );
    add(rollout, 'event_msg', `{"type":"agent_message","message":"${text}"}`);
    count(voice, rollout, output + Math.ceil(text.length / 3.8), reasoning);
    return;
  }
  const callId = `call_${hex(random, 24)}`;
  const patches = random.chance(0.2);
  const asked = patches ? texts.code(spread(random, 800, 0.8)) : `sed -n '1,200p' src/part${random.below(40)}/name.ts`;
  const call = patches
    ? `{"type":"custom_tool_call","status":"completed","call_id":"${callId}","name":"apply_patch","input":"*** Begin Patch\\n${asked}"}`
    : `{"type":"function_call","name":"shell","arguments":"{\\"command\\":[\\"bash\\",\\"-lc\\",\\"${asked}\\"],\\"timeout_ms\\":10000}","call_id":"${callId}"}`;
  add(rollout, 'response_item', call);
  count(voice, rollout, output + 30 + Math.ceil(asked.length / 3.4), reasoning);
  rollout.atMs += 50 + random.below(5_000);
  const gave = random.chance(0.5)
    ? texts.code(spread(random, 5_000, 0.8))
    : texts.log(Math.min(30_000, spread(random, 1_200, 1.2)));
  const kind = patches ? 'custom_tool_call_output' : 'function_call_output';
  add(rollout, 'response_item', `{"type":"${kind}","call_id":"${callId}","output":"Exit code: 0\\nOutput:\\n${gave}"}`);
  rollout.context += Math.ceil(gave.length / 3.3);
  if (rollout.context < WINDOW_TOKENS) return;
  add(rollout, 'compacted', `{"message":"${texts.prose(5_000)}"}`);
  rollout.context = 14_000;
  rollout.cached = 0;
}

/** The request is over: the counters tell so, sometimes twice, sometimes with nothing before. */
function count({ random, truth }: CorpusVoice, rollout: Rollout, output: number, reasoning: number): void {
  const { sums, context } = rollout;
  const cached = Math.min(rollout.cached, context);
  const last: CodexCounts = {
    input_tokens: context,
    cached_input_tokens: cached,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
    total_tokens: context + output,
  };
  for (const field of Object.keys(sums) as (keyof CodexCounts)[]) sums[field] += last[field];
  const tell = (info: string): void => {
    const limit = `{"used_percent":${random.below(90)},"window_minutes":300,"resets_at":${Math.floor(rollout.atMs / 1000) + 9_000}}`;
    add(
      rollout,
      'event_msg',
      `{"type":"token_count","info":${info},"rate_limits":{"primary":${limit},"credits":null,"plan_type":"pro"}}`,
    );
  };
  if (random.chance(0.02)) tell('null');
  const info = `{"total_token_usage":${JSON.stringify(sums)},"last_token_usage":${JSON.stringify(last)},"model_context_window":258400}`;
  tell(info);
  if (random.chance(0.12)) {
    rollout.atMs += 300;
    tell(info);
  }
  countRequest(truth, rollout.model, {
    input: context - cached,
    cacheRead: cached,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    reasoning,
  });
  rollout.cached = context;
  rollout.context += output;
}

function write({ truth }: CorpusVoice, home: string, rollout: Rollout, id: string, bornMs: number): void {
  const born = new Date(bornMs).toISOString();
  const folder = path.join(home, '.codex', 'sessions', born.slice(0, 4), born.slice(5, 7), born.slice(8, 10));
  const file = corpusFile(path.join(folder, `rollout-${born.slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`), truth);
  truth.sessions++;
  for (const row of rollout.rows) file.row(row);
  file.close(rollout.atMs);
}

/** A fork repeats everything under the time of its birth, and goes on with the sums. */
function fork(voice: CorpusVoice, home: string, rollout: Rollout, id: string): void {
  const history = rollout.rows;
  rollout.rows = [];
  rollout.chars = 0;
  rollout.atMs += 3_600_000;
  const bornMs = rollout.atMs;
  const forkId = uuid(voice.random);
  head(voice, rollout, forkId, id);
  const now = new Date(bornMs).toISOString();
  for (const row of history) {
    rollout.rows.push(row.replace(/^\{"timestamp":"[^"]+"/, `{"timestamp":"${now}"`));
    if (row.includes('"type":"token_count","info":{')) voice.truth.copies++;
  }
  rollout.atMs += 60_000;
  converse(voice, rollout, 40_000);
  write(voice, home, rollout, forkId, bornMs);
}
