import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ScanJob, ScanMessage, ScannedPart } from './scanProtocol.ts';

/** Far more than one part of a file takes: see the engine's own limit. */
const MEMORY = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 8 };

/** Threads that read the files of a job. */
export interface Crew {
  /** What arrived, without waiting. */
  take(): ScannedPart[] | undefined;
  isAtWork(): boolean;
  dismiss(): Promise<void>;
}

/** @param workerPath the built `scanWorker.ts` */
export function startCrew(job: ScanJob, workerPath: string, size: number, execArgv: string[] | undefined): Crew {
  const workers: Worker[] = [];
  const ports = new Set<MessagePort>();
  for (let n = 0; n < size; n++) {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(workerPath, {
      workerData: { ...job, port: port2 },
      transferList: [port2],
      execArgv,
      resourceLimits: MEMORY,
    });
    // A worker ends only when it is told to, or by accident: what it took and did not send is left to this thread.
    worker.on('error', () => undefined);
    worker.on('exit', () => ports.delete(port1));
    workers.push(worker);
    ports.add(port1);
  }
  return {
    take() {
      for (const port of ports) {
        const received = receiveMessageOnPort(port) as { message: ScanMessage } | undefined;
        if (!received) continue;
        if (received.message) return received.message;
        ports.delete(port);
      }
      return undefined;
    },
    isAtWork: () => ports.size > 0,
    async dismiss() {
      ports.clear();
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
