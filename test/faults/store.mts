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
import { readStore } from './windows.ts';

const KILLS = Number(process.argv[2] ?? 200);
/** So often what was done is told, and all begins anew. */
const KILLS_PER_STORE = 20;
/** So many in a row until one may come to its end. */
const KILLS_PER_RESTART = 4;
const SESSIONS = 120;
const REPLIES = 260;
const REPLY_TOKENS = 1160;
/** As many bytes as several threads read together, with little to count. */
const KILLED = { sessions: 40, replies: 60, fillers: 2 };
const FILLER = `${JSON.stringify({ type: 'file-history-snapshot', filler: 'x'.repeat(800_000) })}\n`;
/** What is new for each that is killed. */
const GROWN = { sessions: 20, replies: 20 };

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

/** What a process left behind: whole, and nothing in it twice. @returns turns */
async function assertLeft(what: string): Promise<number> {
  const { counted, integrity } = await readStore(store);
  assert.equal(integrity, 'ok', what);
  assert.ok(counted.turns <= turns, `${what}: ${counted.turns} of ${turns} turns`);
  assert.equal(counted.tokens, counted.turns * REPLY_TOKENS, what);
  return counted.turns;
}

/** Begins with sessions that nobody has read. */
function newHome(sessions: number, replies: number, fillers: number): void {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  turns = 0;
  for (let session = 0; session < sessions; session++) {
    addReplies(session, replies);
    for (let n = 0; n < fillers; n++) appendFileSync(path.join(project, `s${session}.jsonl`), FILLER);
    addReplies(session, replies);
  }
}

/**
 * Reads a home for the first time, then what is new in it, and is killed each time at a random moment of that; now and then one comes to
 * its end and must tell the truth.
 */
async function kills(): Promise<void> {
  /** How long it takes to read all, and what is new, until the end of the process. */
  const wholeMs = { anew: 0, again: 0 };
  let done = 0;
  let tooLate = 0;
  let midway = 0;
  let restarts = 0;
  while (done < KILLS) {
    const isAnew = done % KILLS_PER_STORE === 0;
    const kind = isAnew ? 'anew' : 'again';
    if (isAnew) {
      if (done > 0) process.stdout.write(`${done} kills\n`);
      removeStore(store);
      newHome(KILLED.sessions, KILLED.replies, KILLED.fillers);
    } else for (let n = 0; n < GROWN.sessions; n++) addReplies((done * 7 + n) % KILLED.sessions, GROWN.replies);
    const isRestart = wholeMs[kind] === 0 || done % KILLS_PER_RESTART === KILLS_PER_RESTART - 1;
    if (isRestart) {
      const began = performance.now();
      assertTrue(await usage(store), `restarted after ${done} kills`);
      wholeMs[kind] = performance.now() - began;
      await assertLeft(`restarted after ${done} kills`);
      restarts++;
      if (isAnew) removeStore(store);
      else addReplies(0, GROWN.replies);
    }
    const ended = await usage(store, Math.random() * wholeMs[kind]);
    if (ended.code !== null) {
      // The machine was faster than before.
      assertTrue(ended, `after ${done} kills`);
      tooLate++;
      wholeMs[kind] *= 0.9;
      continue;
    }
    done++;
    if (!existsSync(store) || statSync(store).size === 0) continue;
    if ((await assertLeft(`after kill ${done}`)) < turns) midway++;
  }
  assertTrue(await usage(store), 'at the end');
  await assertSound(store, 'at the end');
  process.stdout.write(
    `${done} kills (${midway} left a store with a part of all), ${restarts} restarts and ${tooLate} that were not killed in time: all totals true\n`,
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
    await careOnFullDisk(disk, at);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    assert.equal((await usage(at)).code, 2, 'read-only storage');
    process.stdout.write('full disk, then space, then read-only: told, nothing lost\n');
  } finally {
    execFileSync('umount', [disk]);
  }
}

/** What looks after a store needs space: where there is none, all stays as it was, and nothing is left behind. */
async function careOnFullDisk(disk: string, at: string): Promise<void> {
  const backup = path.join(folder, 'backup.db');
  await run(['store', 'backup', backup, '--store', at]);
  const names = readdirSync(disk).sort();
  const used = Math.ceil(names.reduce((sum, name) => sum + statSync(path.join(disk, name)).size, 0) / 1024);
  const care = [['restore', backup], ['backup', path.join(disk, 'second.db')], ['compact'], ['rebuild']];
  // Room for nothing, and for one copy.
  for (const [room, ...works] of [
    [300, ...care],
    [used + 300, ['compact'], ['rebuild']],
  ] as [number, ...string[][]][]) {
    execFileSync('mount', ['-o', `remount,size=${used + room}k`, disk]);
    for (const work of works) {
      const { code, out, err } = await run(['store', ...work, '--store', at]);
      const what = `store ${work[0]} with ${room} KB left`;
      if (code !== 0) {
        assert.match(out, /That was not possible: .*(full|no space).* The store is as it was\./, `${what}: ${err}`);
        assert.deepEqual(readdirSync(disk).sort(), names, what);
      } else assert.ok(room > 300, `${what} was possible`);
      assertTrue(await usage(at), what);
    }
  }
  execFileSync('mount', ['-o', 'remount,size=400m', disk]);
  await assertSound(at, 'after care on a full disk');
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

try {
  await kills();
  removeStore(store);
  newHome(SESSIONS, REPLIES / 2, 0);
  await fullDisk();
  await damagedPages();
  await fromTheFuture();
  await locked();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
