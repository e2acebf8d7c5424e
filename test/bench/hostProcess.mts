// Stands for the editor's extension host: asks the engine for what a window with an open page asks for, and measures itself.

import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { oneAtATime } from '../../src/editor/refreshing.ts';
import type { Engine } from '../../src/engine/engineApi.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { counts } from '../unit/engine/transcriptHome.ts';
import type { HostReport, HostTask } from './host.ts';
import { threadMs, watchBursts } from './threadTime.ts';

const task = JSON.parse(process.argv[2] as string) as HostTask;
const dist = path.join(import.meta.dirname, '../../dist');

function startEngine(): Promise<Engine> {
  return openEngine({
    workerPath: path.join(dist, 'engineWorker.js'),
    execArgv: [],
    storageDir: task.storageDir,
    version: '1.0.0',
    place: { home: task.home, env: {}, platform: process.platform },
  });
}

/** What was answered for the week, when it was another figure than before. */
const weeks: { atMs: number; tokens: number }[] = [];

/** What a window with the meter, the sidebar and a visible page asks for at each update. */
function picturesOf(engine: Engine): (() => Promise<void>)[] {
  const asked = { locale: 'en', timeZone: 'UTC', nowMs: task.nowMs ?? Date.now() };
  const thresholds = { notice: 50, warning: 80, critical: 95 };
  const folders = ['/home/dev/code/project-0'];
  return [
    async () => void (await engine.meter({ ...asked, folders, thresholds })),
    async () => {
      const { totals } = await engine.usage({ timeZone: asked.timeZone, nowMs: asked.nowMs, window: 'week' });
      const atMs = performance.now();
      if (weeks.at(-1)?.tokens !== totals.total_tokens) weeks.push({ atMs, tokens: totals.total_tokens });
    },
    async () => {
      await engine.usage({ timeZone: asked.timeZone, nowMs: asked.nowMs, window: 'all' });
      await engine.attribution({ ...asked, folders, thresholds, lens: 'spent' });
    },
  ];
}

/** Memory that is this process's own and shared, now, in bytes. */
const rss = (): number => process.memoryUsage.rss();

async function measure(work: (showing: (engine: Engine) => void) => Promise<Engine>): Promise<HostReport> {
  await delay(500);
  const rssBefore = rss();
  let rssPeak = rssBefore;
  let updates = 0;
  const memory = setInterval(() => {
    rssPeak = Math.max(rssPeak, rss());
  }, 20);
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const bursts = watchBursts();
  const cpu = process.cpuUsage();
  const thread = threadMs();
  const began = performance.now();
  const engine = await work((showing) => {
    // As a window does: each picture for itself, one at a time, the newest after it.
    for (const show of picturesOf(showing)) {
      const refresh = oneAtATime(async () => {
        updates++;
        await show().catch((error: unknown) => console.error(error));
      });
      showing.onChanged(refresh);
      showing.onProgress(refresh);
    }
  });
  const wallMs = performance.now() - began;
  const used = process.cpuUsage(cpu);
  for (const show of picturesOf(engine)) await show();
  const report = {
    wallMs,
    cpuMs: (used.user + used.system) / 1000,
    longestBurstMs: bursts.longestMs(),
    hostThreadMs: threadMs() - thread,
    loopDelayMaxMs: loop.max / 1e6,
    loopDelayP99Ms: loop.percentile(99) / 1e6,
    rssBefore,
    rssPeak,
    rssAfter: rss(),
    updates,
    weekRightMs: (weeks.at(-1)?.atMs ?? began) - began,
    turns: (await counts(engine)).turns,
  };
  bursts.stop();
  loop.disable();
  clearInterval(memory);
  await engine.dispose();
  return report;
}

async function run(): Promise<HostReport> {
  switch (task.task) {
    case 'ingest':
      return measure(async (showing) => {
        const engine = await startEngine();
        showing(engine);
        await engine.sweep();
        return engine;
      });
    case 'idle': {
      const engine = await startEngine();
      await engine.sweep();
      await delay(2_000);
      // The watches of this process itself cost more than an idle engine.
      const cpu = process.cpuUsage();
      await delay((task.seconds ?? 300) * 1000);
      const used = process.cpuUsage(cpu);
      const idleMs = (used.user + used.system) / 1000;
      const report = await measure(async () => engine);
      return { ...report, cpuMs: idleMs, wallMs: (task.seconds ?? 300) * 1000 };
    }
  }
}

const report = await run();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
