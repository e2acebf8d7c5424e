import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Context } from 'mocha';
import pg from 'pg';
import { findPostgres } from '../vscode/postgres.mjs';

/** A PostgreSQL server of the tests' own, on a free port, in a temporary folder. */
export interface Postgres {
  port: number;
  folder: string;
  /** Connection string of a role; without one the superuser. `params` as `sslmode=disable`. */
  url(role?: string, database?: string, params?: string): string;
  /** Runs SQL as the superuser. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Ends it as a power cut does its processes. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Writes a file into its folder that it may read: certificates. */
  own(file: string): void;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** Why there is no server to test with; `undefined` when there is. */
export const postgresMissing = (): string | undefined =>
  findPostgres()
    ? undefined
    : 'PostgreSQL is not installed: the team suite is skipped. Install it, or name the folder of its programs in PGBIN.';

/**
 * A server for the tests of `suite`, with the roles that may log in; they are skipped where PostgreSQL is not installed, but for the checks
 * of every change.
 */
export async function serverFor(suite: Context, roles: readonly string[]): Promise<Postgres> {
  const missing = postgresMissing();
  if (missing && process.env.CI) throw new Error(missing);
  if (missing) suite.skip();
  const server = await startPostgres({ fsync: 'off' });
  for (const role of roles) await server.query(`CREATE ROLE ${role} LOGIN`);
  return server;
}

/** @param settings of postgresql.conf */
export async function startPostgres(settings: Record<string, string> = {}): Promise<Postgres> {
  const bin = findPostgres();
  if (!bin) throw new Error('PostgreSQL is not installed');
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'atm-pg-')));
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const own = (file: string): void => {
    if (user.uid !== undefined) chownSync(file, user.uid, user.gid);
  };
  own(folder);
  const data = path.join(folder, 'data');
  await run(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '-A', 'trust', '--no-sync'],
    { cwd: folder, ...user },
  );
  const port = await freePort();
  const options = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: process.platform === 'win32' ? '' : folder,
    max_connections: '200',
    ...settings,
  };
  let server: ChildProcess | undefined;
  const url = (role = 'postgres', database = 'postgres', params = 'sslmode=disable'): string =>
    `postgres://${role}:${role}@127.0.0.1:${port}/${database}?${params}`;

  const isUp = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url(), connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const start = async (): Promise<void> => {
    // After a kill the processes of its connections live on for a moment, and no server starts beside them.
    for (let tries = 0; tries < 200; tries++) {
      const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const child = spawn(path.join(bin, 'postgres'), ['-D', data, ...args], { cwd: folder, stdio: 'ignore', ...user });
      server = child;
      for (;;) {
        if (child.exitCode !== null || child.signalCode !== null) break;
        if (await isUp()) return;
        await delay(50);
      }
      await delay(100);
    }
    throw new Error('PostgreSQL does not start');
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  const killOnExit = (): void => void server?.kill('SIGKILL');
  process.once('exit', killOnExit);
  await start();
  return {
    port,
    folder,
    url,
    start,
    own(file) {
      own(file);
      chmodSync(file, 0o600);
    },
    async query(sql, values) {
      const client = new pg.Client({ connectionString: url() });
      await client.connect();
      try {
        return (await client.query(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end(process.platform === 'win32' ? 'SIGKILL' : 'SIGINT');
      process.removeListener('exit', killOnExit);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
