import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Machine, machineFolder } from '../../../src/engine/machineFolder.ts';

describe('machineFolder', () => {
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), 'machine-'));
  });
  afterEach(() => rmSync(temporary, { recursive: true }));

  const EXT4 = 0xef53;
  const NFS = 0x6969;
  const machine = (hostname: string, type: number, platform: NodeJS.Platform = 'linux'): Machine => ({
    platform,
    hostname,
    fileSystemType: () => type,
  });

  it('is the folder itself on a disk of this machine, and is made', () => {
    const folder = path.join(temporary, 'a', 'b');
    assert.equal(machineFolder(folder, machine('one', EXT4)), folder);
    assert.ok(statSync(folder).isDirectory());
    assert.equal(machineFolder(folder), folder);
  });

  it('is one of each machine on a disk that machines share', () => {
    const at = (hostname: string): string => machineFolder(temporary, machine(hostname, NFS));
    assert.equal(path.dirname(at('one')), temporary);
    assert.equal(at('one'), at('one'));
    assert.notEqual(at('one'), at('two'));
  });

  it('goes by the path where the file system has no such number', () => {
    assert.equal(machineFolder(temporary, machine('one', NFS, 'darwin')), temporary);
    assert.equal(machineFolder(temporary, machine('one', NFS, 'win32')), temporary);
  });

  it('is the folder itself where the file system cannot be told', () => {
    const unknown = { ...machine('one', NFS), fileSystemType: () => assert.fail('no such call') };
    assert.equal(machineFolder(temporary, unknown), temporary);
  });
});
