import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type WriteOptions, writeRequests } from '../../../src/editor/writeRequests.ts';
import type { ExportedRows, ExportRequest } from '../../../src/engine/engineApi.ts';
import { inTempFolder } from '../store/sampleRows.ts';

const TOTAL = 2500;
const LIST = { order: 'a', total: TOTAL };

/** So many this engine gives at once, whatever is asked for. */
const PIECE = 1000;

/** An engine with 2,500 requests. */
const engine = (over: (from: number) => null | undefined = () => undefined) => ({
  exportedRequests: async ({ from, count, isFirst }: ExportRequest): Promise<ExportedRows | null> => {
    if (over(from) === null) return null;
    const positions = Math.max(0, Math.min(PIECE, count, TOTAL - from));
    const rows = Array.from({ length: positions }, (_, i) => `{"request":"r${from + i}"}`);
    return { text: `${isFirst ? '' : ','}${rows.join()}`, positions, requests: positions };
  },
});

describe('the file of exported requests', () => {
  const inFolder = (work: (file: string, options: WriteOptions, told: number[]) => Promise<void>) => () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'requests.json');
      writeFileSync(file, 'of before');
      const told: number[] = [];
      await work(file, { path: file, format: 'json', isCancelled: () => false, onProgress: (n) => told.push(n) }, told);
      assert.deepEqual(readdirSync(folder), ['requests.json'], 'nothing else is left');
    });

  it(
    'holds every request of the list once, and progress is told',
    inFolder(async (file, options, told) => {
      assert.equal(await writeRequests(engine(), LIST, options), TOTAL);
      const rows: { request: string }[] = JSON.parse(readFileSync(file, 'utf8'));
      assert.deepEqual(
        rows.map(({ request }) => request),
        Array.from({ length: TOTAL }, (_, n) => `r${n}`),
      );
      assert.deepEqual(told, [1000, 2000, 2500]);
    }),
  );

  it(
    'stays as it was when the writing is cancelled half way',
    inFolder(async (file, options, told) => {
      const outcome = await writeRequests(engine(), LIST, { ...options, isCancelled: () => told.length >= 2 });
      assert.deepEqual([outcome, told.length], ['cancelled', 2]);
      assert.equal(readFileSync(file, 'utf8'), 'of before');
    }),
  );

  it(
    'stays as it was when the engine has lost the list, or fails',
    inFolder(async (file, options) => {
      const lost = engine((from) => (from >= 1000 ? null : undefined));
      assert.equal(await writeRequests(lost, LIST, options), 'lost');
      const failing = engine(() => {
        throw new Error('the engine has ended');
      });
      await assert.rejects(writeRequests(failing, LIST, options), /the engine has ended/);
      assert.equal(readFileSync(file, 'utf8'), 'of before');
    }),
  );

  // Linux has a file that takes nothing.
  (existsSync('/dev/full') ? it : it.skip)(
    'stays as it was when the disk is full',
    inFolder(async (file, options) => {
      symlinkSync('/dev/full', `${file}.part`);
      await assert.rejects(writeRequests(engine(), LIST, options), { code: 'ENOSPC' });
      assert.equal(readFileSync(file, 'utf8'), 'of before');
    }),
  );

  it('is not made in a folder that is not there', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'none', 'requests.csv');
      const options = { path: file, format: 'csv', isCancelled: () => false, onProgress: () => {} } as const;
      await assert.rejects(writeRequests(engine(), LIST, options), { code: 'ENOENT' });
      assert.ok(!existsSync(path.dirname(file)));
    }));
});
