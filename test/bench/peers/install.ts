import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installFlags, npm, runQuietly, Trouble } from '../../vscode/execute.mjs';
import { cacheRoot } from '../../vscode/paths.mjs';
import type { Peer } from './peer.ts';

/**
 * Installs a peer into a folder of its own, away from our own packages, once for each version.
 *
 * @returns the folder with its `node_modules`, or why it cannot be had
 */
export async function installPeer({
  name,
  version,
  packages,
  program,
}: Peer): Promise<{ folder: string } | { why: string }> {
  const folder = path.join(cacheRoot, 'peers', `${name}-${version}`);
  if (existsSync(folder)) return { folder };
  const incoming = `${folder}.incoming`;
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true });
  writeFileSync(path.join(incoming, 'package.json'), '{ "private": true }\n');
  const wanted = packages.map((each) => `${each}@${version}`);
  try {
    const [command, args] = npm('install', ...installFlags, '--ignore-scripts', '--save-exact', ...wanted);
    await runQuietly(command, args, { cwd: incoming });
    // Packages of programs leave it to their own scripts to make them executable.
    if (!program.node) chmodSync(path.join(incoming, 'node_modules', program.file), 0o755);
    renameSync(incoming, folder);
    return { folder };
  } catch (error) {
    rmSync(incoming, { recursive: true, force: true });
    if (!(error instanceof Trouble)) throw error;
    return { why: `not to be had from npm for ${process.platform}-${process.arch}` };
  }
}
