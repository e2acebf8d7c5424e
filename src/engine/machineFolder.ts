import { createHash } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { makeFolder } from '../store/makeFolder.ts';

/** File systems that several machines may share, by their number on Linux. Who has a store open is only known within one machine. */
const SHARED_TYPES = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x517b, // SMB
  0x65735546, // FUSE: sshfs, folders of the host in a virtual machine
  0x01021997, // 9P: the same, and Windows drives in WSL
  0x6a656a63, // folders of the host in Docker Desktop
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x19830326, // BeeGFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
]);

/** What `machineFolder` asks the system. */
export interface Machine {
  platform: NodeJS.Platform;
  hostname: string;
  /** Number of the folder's file system. */
  fileSystemType(folder: string): number;
}

const THIS_MACHINE: Machine = {
  platform: process.platform,
  hostname: hostname(),
  fileSystemType: (folder) => statfsSync(folder).type,
};

/**
 * The folder, or one of this machine's own in it where it lies on a disk that other machines write to as well: homes in clusters, roaming
 * profiles. Makes it when missing. Throws system errors.
 */
export function machineFolder(folder: string, machine: Machine = THIS_MACHINE): string {
  makeFolder(folder);
  if (!isShared(folder, machine)) return folder;
  const mark = createHash('sha256').update(machine.hostname).digest('hex').slice(0, 8);
  return path.join(folder, `machine-${mark}`);
}

function isShared(folder: string, { platform, fileSystemType }: Machine): boolean {
  if (platform === 'win32') return folder.startsWith('\\\\');
  if (platform !== 'linux') return false;
  try {
    return SHARED_TYPES.has(fileSystemType(folder));
  } catch {
    return false;
  }
}
