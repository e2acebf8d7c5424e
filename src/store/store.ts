import type { FileBatch } from './batch.ts';
import { callers } from './callers.ts';
import { checkStore, type StoreCheck } from './checkStore.ts';
import type { Connection } from './connection.ts';
import { copyWhole } from './copyWhole.ts';
import { type Cursors, cursors } from './cursors.ts';
import { forgetFiles } from './forgetFiles.ts';
import { type PriceGaps, priceGaps } from './priceGaps.ts';
import { type OwnPriceChange, priceList, writeOwnPrices } from './priceList.ts';
import type { Reader } from './reader.ts';
import { threadNames } from './renameThread.ts';
import { replySizes } from './replySizes.ts';
import { repricer } from './reprice.ts';
import { seenKeys } from './requestKeys.ts';
import { type ChangedSlots, rollup } from './rollup.ts';
import { sessionIds } from './sessionIds.ts';
import { holdingsWriter } from './writeHoldings.ts';
import { packedWriter } from './writePacked.ts';
import { requestWriter } from './writeRequests.ts';
import { stateWriters } from './writeThreads.ts';

/** Everything known about usage. One owner at a time: `openStore` says what that means. */
export interface Store extends Reader {
  /**
   * Stores batches in one transaction: all of it or nothing, and what was stored survives the end of the process. Storing the same again
   * changes nothing. Throws `SqliteError`, e.g. code 13 for a full disk; what was stored before is not touched.
   */
  commit(batches: readonly FileBatch[]): void;
  cursors: Pick<Cursors, 'list' | 'find'>;
  /** For one reader that keeps the rollup in memory: what changed in it since the last call; at first everything. */
  takeChangedSlots(): ChangedSlots;
  /** How often something was committed, and how often a subagent's callers got another name. */
  commits(): number;
  renames(): number;
  /** Looks for damage and wrong sums. */
  check(): StoreCheck;
  /** Takes out what these transcripts told; what they tell next counts as if for the first time. All or nothing. */
  forget(files: readonly TranscriptName[]): void;
  /** Sets and removes prices of the user. All or nothing; `repriceSome` carries it to what is stored. */
  changePrices(change: OwnPriceChange, nowMs: number): void;
  /** The public list that fills gaps. */
  priceGaps: PriceGaps;
  /** How many requests are of models whose prices have changed since they were priced. */
  repriceDue(): number;
  /** Prices at most so many of them anew, in one transaction. @returns how many were looked at; 0 = all are priced by what holds now */
  repriceSome(limit: number): number;
  /** Gives back the space of what was taken out. Needs as much free space as the store has. */
  compact(): void;
  /** Copies the store into a new file. Throws system errors; `EEXIST` when the name is taken. */
  backUp(to: string): void;
  close(): void;
}

export interface TranscriptName {
  agent: string;
  path: string;
}

/** @param file the store's; `undefined` = in memory */
export function storeOn(connection: Connection, file?: string): Store {
  const sessions = sessionIds(connection);
  const sums = rollup(connection);
  const prices = priceList(connection);
  const makers = callers(connection, (caller) => repricing.mark(caller));
  const repricing = repricer(connection, prices, makers, sums);
  const names = threadNames(connection, makers);
  const positions = cursors(connection);
  const sizes = replySizes(connection);
  const seen = seenKeys(connection);
  const requests = requestWriter(connection, sessions, prices, sums, makers, sizes, seen);
  const writePacked = packedWriter({
    connection,
    sessions,
    prices,
    rollup: sums,
    callers: makers,
    sizes,
    seen,
    write: requests.write,
  });
  const write = stateWriters(connection, sessions, names);
  const writeHoldings = holdingsWriter(connection, sessions);

  let commits = 0;
  /** All sums were made anew since somebody asked for changes. */
  let isMadeAnew = false;

  const writeBatch = ({ agent, user, rows, packed, isWhole = false, cursor }: FileBatch): void => {
    const version = rows.sessions.findLast((session) => session.version !== undefined)?.version;
    const source = { agent, user, fileId: positions.write(agent, cursor, version), isWhole };
    for (const row of rows.sessions) sessions.write(agent, user, row);
    for (const row of rows.requests) requests.write(row, source);
    if (isWhole) requests.takeBackSums(rows.requests, source);
    if (packed) writePacked(packed, source);
    for (const row of rows.threads) write.thread(row, source);
    for (const row of rows.holdings) writeHoldings(row, source);
    for (const row of rows.boundaries) write.boundary(row, source);
    for (const row of rows.limits) write.limit(row, source);
    for (const row of rows.unlisted) write.unlisted(row, source);
  };

  const transaction = (work: () => void): void => {
    try {
      connection.transaction(work);
    } catch (error) {
      sessions.clear();
      makers.clear();
      sums.clear();
      sizes.clear();
      prices.reload();
      throw error;
    }
  };

  return {
    all: connection.all,
    cursors: positions,
    commit(batches) {
      transaction(() => {
        for (const batch of batches) writeBatch(batch);
        requests.settle();
        sums.flush();
      });
      commits++;
    },
    check: () => checkStore(connection),
    forget(files) {
      transaction(() => {
        const ids = files.map(({ agent, path }) => connection.first(FIND_FILE, [path, agent])?.[0]);
        forgetFiles(
          connection,
          ids.filter((id) => typeof id === 'number'),
          sizes,
        );
        makers.clear();
        requests.settle();
        sums.flush();
      });
      commits++;
      isMadeAnew = true;
    },
    changePrices(change, nowMs) {
      transaction(() => writeOwnPrices(connection, change, nowMs));
      prices.reload();
    },
    priceGaps: priceGaps(connection, transaction, () => prices.reload()),
    repriceDue: () => repricing.due(),
    repriceSome(limit) {
      let looked = 0;
      transaction(() => {
        looked = repricing.step(limit);
      });
      if (looked > 0) commits++;
      return looked;
    },
    compact() {
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    },
    backUp(to) {
      if (file === undefined) throw new Error('the store is in memory only');
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      copyWhole(file, to);
    },
    takeChangedSlots() {
      const changed = sums.takeChanged();
      if (!isMadeAnew) return changed;
      isMadeAnew = false;
      return undefined;
    },
    commits: () => commits,
    renames: makers.renames,
    close: () => connection.close(),
  };
}

const FIND_FILE = 'SELECT id FROM cursors WHERE path = ? AND agent = ?';
