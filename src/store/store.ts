import type { RequestRow } from '../ledger/rows.ts';
import type { AccountRules } from './accountRules.ts';
import { type AlertMemory, alertMemory } from './alertMemory.ts';
import type { FileBatch } from './batch.ts';
import { callerAccounts } from './callerAccounts.ts';
import { callers } from './callers.ts';
import { checkStore, type StoreCheck } from './checkStore.ts';
import type { Connection } from './connection.ts';
import { copyWhole } from './copyWhole.ts';
import { type Cursors, cursors } from './cursors.ts';
import { type Deliveries, deliveries } from './deliveries.ts';
import { forgetFiles } from './forgetFiles.ts';
import { history } from './history.ts';
import { type PriceGaps, priceGaps } from './priceGaps.ts';
import { type OwnPriceChange, priceList, writeOwnPrices } from './priceList.ts';
import type { Reader } from './reader.ts';
import { threadNames } from './renameThread.ts';
import { replySizes } from './replySizes.ts';
import { repricer } from './reprice.ts';
import { seenKeys } from './requestKeys.ts';
import { type ChangedSlots, rollup } from './rollup.ts';
import { sessionIds } from './sessionIds.ts';
import { unpackRequest } from './unpackRequest.ts';
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
  /** What others are sent of it. */
  deliveries: Deliveries;
  /** For one who keeps rows in memory: gives what changed in the rollup since its last call, at first `undefined` for everything. */
  followSlots(): () => ChangedSlots;
  /** From now on requests are of these accounts, those that are stored too. */
  useAccounts(rules: AccountRules): void;
  /** How often something was committed, and how often callers got another name or went to another account. */
  commits(): number;
  renames(): number;
  alerts: AlertMemory;
  /** Looks for damage and wrong sums. */
  check(): StoreCheck;
  /** Takes out what these transcripts told; what they tell next counts as if for the first time. All or nothing. */
  forget(files: readonly TranscriptName[]): void;
  /** How many requests there are from before the day (UTC) of a time. */
  countBefore(beforeMs: number): number;
  /**
   * Takes out everything from before that day, for ever: transcripts that are read later do not bring it back. The sums of what remains stay
   * as they are. All or nothing. @returns how many requests that were
   */
  forgetBefore(beforeMs: number): number;
  /** From now on transcripts bring back what was taken out so. */
  forgetNothing(): void;
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
  /** Whether a good part of the file is such space. */
  isLoose(): boolean;
  /** Copies the store into a new file. Throws system errors; `EEXIST` when the name is taken. */
  backUp(to: string): void;
  close(): void;
}

export interface TranscriptName {
  agent: string;
  path: string;
}

/** So much of a file has to be free space to be worth writing it anew. */
const LOOSE_SHARE = 0.25;
const LOOSE_BYTES = 1e6;

/** @param file the store's; `undefined` = in memory */
export function storeOn(connection: Connection, file?: string): Store {
  const seen = seenKeys(connection);
  const sessions = sessionIds(connection, seen);
  const sums = rollup(connection);
  const prices = priceList(connection);
  const accounts = callerAccounts(connection);
  const makers = callers(connection, seen, (caller) => {
    repricing.mark(caller);
    accounts.touch(caller.sessionId);
  });
  const repricing = repricer(connection, prices, makers, sums);
  const names = threadNames(connection, makers);
  const positions = cursors(connection, seen);
  const sizes = replySizes(connection);
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
  const write = stateWriters(connection, sessions, names, seen);
  const writeHoldings = holdingsWriter(connection, sessions);
  const past = history(connection);
  const told = deliveries(connection);

  let commits = 0;
  /** How often all sums were made anew. */
  let timesMadeAnew = 0;

  const writeBatch = ({ agent, user, rows, packed, isWhole = false, cursor }: FileBatch): void => {
    const version = rows.sessions.findLast((session) => session.version !== undefined)?.version;
    const { id: fileId, isNew: isNewFile } = positions.write(agent, cursor, version);
    const source = { agent, user, fileId, isNewFile, isWhole };
    for (const row of rows.sessions) {
      sessions.write(agent, user, row);
      accounts.touch(sessions.of(agent, user, row.sessionId));
    }
    const keeps = (row: RequestRow): boolean => past.keeps(agent, row);
    for (const row of rows.requests) if (keeps(row)) requests.write(row, source);
    if (isWhole) requests.takeBackSums(rows.requests, source);
    if (packed && past.isCut()) {
      for (let index = 0; index < packed.count; index++) {
        const row = unpackRequest(packed, index);
        if (keeps(row)) requests.write(row, source);
      }
    } else if (packed) writePacked(packed, source);
    for (const row of rows.threads) write.thread(row, source);
    for (const row of rows.holdings) writeHoldings(row, source);
    for (const row of rows.boundaries) write.boundary(row, source);
    for (const row of rows.limits) write.limit(row, source);
    if (isWhole) write.takeBackUnlisted(rows.sessions, source);
    for (const row of rows.unlisted) write.unlisted(row, source);
  };

  const transaction = (work: () => void): void => {
    try {
      connection.transaction(work);
    } catch (error) {
      sessions.clear();
      makers.clear();
      accounts.clear();
      sums.clear();
      sizes.clear();
      prices.reload();
      past.reload();
      throw error;
    }
  };

  return {
    all: connection.all,
    numbers: connection.numbers,
    cursors: positions,
    deliveries: told,
    commit(batches) {
      transaction(() => {
        for (const batch of batches) writeBatch(batch);
        requests.settle();
        makers.settle();
        repricing.stored();
        accounts.settle();
        sums.flush();
      });
      commits++;
    },
    useAccounts(rules) {
      if (!accounts.use(rules)) return;
      transaction(() => accounts.assignAll());
      commits++;
    },
    alerts: alertMemory(connection),
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
        makers.settle();
        sums.flush();
      });
      commits++;
      timesMadeAnew++;
    },
    countBefore: (beforeMs) => past.countBefore(beforeMs),
    forgetBefore(beforeMs) {
      let gone = 0;
      transaction(() => {
        gone = told.withoutTelling(() => past.forgetBefore(beforeMs));
        sessions.clear();
        makers.clear();
      });
      commits++;
      timesMadeAnew++;
      return gone;
    },
    forgetNothing: () => transaction(() => past.forgetNothing()),
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
        makers.settle();
      });
      if (looked > 0) commits++;
      return looked;
    },
    compact() {
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    },
    isLoose() {
      const [pages = 0, free = 0, size = 0] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
        Number(connection.first(`PRAGMA ${name}`)?.[0]),
      );
      return free > pages * LOOSE_SHARE && free * size > LOOSE_BYTES;
    },
    backUp(to) {
      if (file === undefined) throw new Error('the store is in memory only');
      connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      copyWhole(file, to);
    },
    followSlots() {
      const take = sums.follow();
      let known = timesMadeAnew;
      return () => {
        const changed = take();
        if (known === timesMadeAnew) return changed;
        known = timesMadeAnew;
        return undefined;
      };
    },
    commits: () => commits,
    renames: () => makers.renames() + accounts.moves(),
    close: () => connection.close(),
  };
}

const FIND_FILE = 'SELECT id FROM cursors WHERE path = ? AND agent = ?';
