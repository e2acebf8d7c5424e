// What the store must survive, tried out on the built CLI: `npm run faults:store [-- kills]`. Ends with 1 at the first figure that is wrong.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { replyRecord } from '../unit/engine/transcriptHome.ts';

const KILLS = Number(process.argv[2] ?? 200);
/** So often what was done is told. */
const TELL_EVERY = 50;
const SESSIONS = 120;
const REPLIES = 260;
const REPLY_TOKENS = 1160;

const cli = path.join(import.meta.dirname, '../../dist/cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'atm-faults-'));
const home = path.join(folder, 'home');
const project = path.join(home, '.claude', 'projects', '-work-app');
const store = path.join(folder, 'usage.db');
let turns = 0;

function addReplies(session: number, count: number): void {
  const lines = Array.from({ length: count }, () => `${replyRecord(`s${session}`, `r${turns++}`)}\n`);
  appendFileSync(path.join(project, `s${session}.jsonl`), lines.join(''));
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the CLI; kills it after a time, if there is one. */
function run(args: string[], killAfterMs?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args, '--home', home]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, out, err });
    });
  });
}

const usage = (at: string, killAfterMs?: number): Promise<Ended> =>
  run(['usage', '--window', 'all', '--store', at], killAfterMs);

function assertTrue({ code, out, err }: Ended, what: string): void {
  assert.equal(code, 0, `${what}: ${err}`);
  const { totals } = JSON.parse(out) as { totals: { turns: number; total_tokens: number } };
  assert.deepEqual([totals.turns, totals.total_tokens], [turns, turns * REPLY_TOKENS], what);
}

async function assertSound(at: string, what: string): Promise<void> {
  const { out, err } = await run(['store', 'check', '--store', at]);
  assert.notEqual(out, '', `${what}: ${err}`);
  assert.deepEqual((JSON.parse(out) as { problems: string[] }).problems, [], what);
}

const removeStore = (at: string): void => {
  for (const name of readdirSync(path.dirname(at)))
    if (name.startsWith(path.basename(at))) rmSync(path.join(path.dirname(at), name), { recursive: true, force: true });
};

async function kills(): Promise<void> {
  const began = performance.now();
  assertTrue(await usage(store), 'first run');
  const wholeMs = performance.now() - began;
  removeStore(store);
  let done = 0;
  let completed = 0;
  let opened = 0;
  while (done < KILLS) {
    const ended = await usage(store, 60 + Math.random() * wholeMs);
    if (ended.code === null) {
      done++;
      if (done % TELL_EVERY === 0) process.stdout.write(`${done} kills\n`);
      if (existsSync(store) && statSync(store).size > 0) {
        opened++;
        await assertSound(store, `after kill ${done}`);
      }
      if (done % 10 === 0) addReplies(done % SESSIONS, 3);
      continue;
    }
    assertTrue(ended, `after kill ${done}`);
    completed++;
    if (completed % 3 === 0) removeStore(store);
  }
  assertTrue(await usage(store), 'at the end');
  await assertSound(store, 'at the end');
  process.stdout.write(
    `${done} kills (${opened} with a store to look at), ${completed} runs that came to their end: all totals true\n`,
  );
}

async function fullDisk(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return skip('full disk');
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  } catch {
    return skip('full disk');
  }
  try {
    const at = path.join(disk, 'usage.db');
    const { code, out, err } = await usage(at);
    assert.equal(code, 0, err);
    assert.match(err, /cannot be stored/);
    assert.ok((JSON.parse(out) as { totals: { turns: number } }).totals.turns < turns);
    execFileSync('mount', ['-o', 'remount,size=400m', disk]);
    await assertSound(at, 'after a full disk');
    assertTrue(await usage(at), 'with space again');
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    assert.equal((await usage(at)).code, 2, 'read-only storage');
    process.stdout.write('full disk, then space, then read-only: told, nothing lost\n');
  } finally {
    execFileSync('umount', [disk]);
  }
}

async function damagedPages(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    assertTrue(await usage(store), 'before damage');
    const file = openSync(store, 'r+');
    const pages = Math.floor(statSync(store).size / 8192);
    for (let n = 0; n < 20; n++)
      writeSync(file, Buffer.alloc(8192, 0xa5), 0, 8192, Math.floor(Math.random() * pages) * 8192);
    closeSync(file);
    const told: string[] = [];
    for (let tries = 0; tries < 4; tries++) {
      const { code, out, err } = await usage(store);
      told.push(err);
      if (code === 0 && (JSON.parse(out) as { totals: { turns: number } }).totals.turns === turns) break;
    }
    await run(['store', 'check', '--store', store]);
    assertTrue(await usage(store), `after damage: ${told.join('; ')}`);
    removeStore(store);
  }
  process.stdout.write('damaged pages: set aside, read again\n');
}

async function fromTheFuture(): Promise<void> {
  assertTrue(await usage(store), 'before');
  const file = openSync(store, 'r+');
  // `user_version` in the header.
  writeSync(file, Buffer.from([0, 0, 0, 99]), 0, 4, 60);
  closeSync(file);
  const before = readFileSync(store);
  const { code, err } = await usage(store);
  assert.equal(code, 2);
  assert.match(err, /newer version/);
  assert.deepEqual(readFileSync(store), before);
  removeStore(store);
  process.stdout.write('a store from the future: left alone, told\n');
}

async function locked(): Promise<void> {
  const first = usage(store);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const second = await usage(store);
  assert.equal(second.code, 1, second.err);
  assert.match(second.err, /in use by another process/);
  assertTrue(await first, 'the first of two');
  process.stdout.write('a store that is in use: told\n');
}

function skip(what: string): void {
  process.stdout.write(`${what}: skipped, needs root on Linux\n`);
}

mkdirSync(project, { recursive: true });
for (let session = 0; session < SESSIONS; session++) addReplies(session, REPLIES);
try {
  await kills();
  removeStore(store);
  await fullDisk();
  await damagedPages();
  await fromTheFuture();
  await locked();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
