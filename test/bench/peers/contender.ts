import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectRoot, serverNode } from '../../vscode/paths.mjs';
import { installPeer } from './install.ts';
import { type BenchAgent, PEERS, type Peer, type PeerTotals } from './peer.ts';
import { type TimedRun, timed } from './timed.ts';

/** A program that counts the tokens of a home: ours, or a peer. */
export interface Contender {
  label: string;
  /** Forgets what it knows of the home: the next run is its first. */
  forget(home: string): void;
  run(home: string, agent: BenchAgent): Promise<TimedRun & { totals: PeerTotals }>;
}

/** The Node that VS Code runs extensions with, where it is installed; otherwise the one that runs this. */
export const benchNode = existsSync(serverNode) ? serverNode : process.execPath;

export const OURS = 'Agent Token Meter';

/** The built command line with its store on the disk: attribution, provenance and history are made in the same run. */
export const ours: Contender = {
  label: OURS,
  forget: (home) => rmSync(storeFolder(home), { recursive: true, force: true }),
  async run(home) {
    const cli = path.join(projectRoot, 'dist', 'cli.js');
    const store = path.join(storeFolder(home), 'usage.db');
    const args = [cli, 'usage', '--window', 'all', '--home', home, '--tz', 'UTC', '--store', store];
    const run = await timed(benchNode, args, environment(home));
    const { totals } = JSON.parse(run.output) as {
      totals: { input_tokens: number; cache_read: number; cache_creation: number; output_tokens: number };
    };
    return {
      ...run,
      totals: {
        input: totals.input_tokens,
        cacheRead: totals.cache_read,
        cacheWrite: totals.cache_creation,
        output: totals.output_tokens,
      },
    };
  },
};

const storeFolder = (home: string): string => path.join(home, '.store');

/** The peers that can be had, and why the others cannot. */
export async function openPeers(): Promise<{ peers: Contender[]; missing: { label: string; why: string }[] }> {
  const peers: Contender[] = [];
  const missing: { label: string; why: string }[] = [];
  for (const peer of PEERS) {
    const label = `${peer.name} ${peer.version}`;
    const installed = await installPeer(peer);
    if ('why' in installed) missing.push({ label, why: installed.why });
    else peers.push(contender(label, peer, path.join(installed.folder, 'node_modules', peer.program.file)));
  }
  return { peers, missing };
}

function contender(label: string, peer: Peer, program: string): Contender {
  return {
    label,
    forget(home) {
      for (const name of peer.memory) rmSync(path.join(home, name), { recursive: true, force: true });
    },
    async run(home, agent) {
      const [file, args] = peer.program.node
        ? [benchNode, [program, ...peer.args(agent)]]
        : [program, peer.args(agent)];
      const run = await timed(file, args, { ...environment(home), ...peer.env });
      return { ...run, totals: peer.totals(run.output) };
    },
  };
}

/** Only this home is looked into. */
function environment(home: string): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return { PATH, SystemRoot, TEMP, HOME: home, USERPROFILE: home, TZ: 'UTC', NO_COLOR: '1' };
}
