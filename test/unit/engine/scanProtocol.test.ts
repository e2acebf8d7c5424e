import assert from 'node:assert/strict';
import path from 'node:path';
import { fileAt, packFiles, type ScanFile } from '../../../src/engine/scanProtocol.ts';

describe('files for other threads', () => {
  it('are the same when they are taken out again', () => {
    const root = path.resolve('/home/ada/.claude/projects');
    const found = (relativePath: string, ino: string, account?: string): ScanFile => ({
      agentId: account ? 'codex' : 'claude-code',
      file: {
        path: path.join(root, ...relativePath.split('/')),
        relativePath,
        root,
        ...(account && { account }),
        facts: { size: 2 ** 40, mtimeMs: 1_790_000_000_123, ino },
      },
    });
    const files = [
      found('-srv-app/a.jsonl', '17'),
      found('-srv-app/"\u{1f600} é\u2028.jsonl', '18446744073709551615'),
      found('b.jsonl', '19', 'work'),
      found('-srv-app/a.jsonl', '17', 'work'),
    ];
    const packed = packFiles(files);
    assert.deepEqual(
      files.map((_, index) => JSON.parse(JSON.stringify(fileAt(packed, index)))),
      files,
    );
    assert.equal(packed.count, files.length);
    assert.equal(packed.places.length, 2);
  });
});
