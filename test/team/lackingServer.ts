import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A PostgreSQL that lacks what another server lacks: between a machine and it, statements are refused, or answered without being done. */
export interface LackingServer {
  port: number;
  /** How often each refusal came about, by its name. */
  refused: Map<string, number>;
  close(): Promise<void>;
}

/** What a statement becomes; `undefined` = it stays as it is. */
export type Lack = (sql: string) => { name: string; sql: string } | undefined;

/** In place of a statement: it fails with a code, inside its transaction as PostgreSQL does it. */
const failing = (code: string, message: string): string =>
  `DO $refuse$ BEGIN RAISE EXCEPTION '${message}' USING ERRCODE = '${code}'; END $refuse$`;

/** Refuses statements that match. */
export const refuses =
  (name: string, pattern: RegExp): Lack =>
  (sql) =>
    pattern.test(sql) ? { name, sql: failing('0A000', `unimplemented: ${name}`) } : undefined;

/**
 * What the documentation of CockroachDB 25.2 says it lacks, of what these tables could use. @param chance that two transactions collide when one
 * is committed
 */
export function cockroachLacks(chance: () => number, collisions = 0): Lack[] {
  return [
    refuses('partitions', /\bPARTITION BY RANGE\b|\bATTACH PARTITION\b/i),
    refuses('PL/pgSQL', /\bLANGUAGE\s+plpgsql\b[\s\S]*\b(PERFORM|EXECUTE|FOREACH|FOUND)\b/i),
    refuses('DO', /^\s*DO\s+\$(?!refuse)/i),
    refuses('security_barrier', /\bWITH \(security_barrier\)/i),
    refuses('security_invoker', /\bsecurity_invoker\b/i),
    refuses('subqueries in policies', /\bCREATE POLICY\b[\s\S]*\(\s*SELECT\b/i),
    refuses('grouping sets', /\bGROUPING SETS\b|\bROLLUP\b|\bCUBE\b/i),
    refuses('inherited bodies', /\bRETURNS\b[\s\S]*\bPARALLEL SAFE\b\s+RETURN\b/i),
    (sql) =>
      /\bpg_(try_)?advisory/i.test(sql)
        ? { name: 'advisory locks', sql: sql.replace(/\bpg_(try_)?advisory\w*\(/i, 'abs(') }
        : undefined,
    (sql) =>
      /^\s*COMMIT\b/i.test(sql) && chance() < collisions
        ? { name: 'collisions', sql: failing('40001', 'restart transaction: TransactionRetryWithProtoRefreshError') }
        : undefined,
  ];
}

/** Stands before the server at `port`. */
export async function lackingServer(port: number, lacks: readonly Lack[]): Promise<LackingServer> {
  const refused = new Map<string, number>();
  const sockets = new Set<Socket>();
  const rewritten = (sql: string): string => {
    for (const lack of lacks) {
      const found = lack(sql);
      if (!found) continue;
      refused.set(found.name, (refused.get(found.name) ?? 0) + 1);
      return found.sql;
    }
    return sql;
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    upstream.pipe(client);
    let kept = Buffer.alloc(0);
    let isGreeted = false;
    client.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk]);
      for (;;) {
        // The first message has no type; all others have one before their length.
        const at = isGreeted ? 1 : 0;
        if (kept.length < at + 4) return;
        const end = at + kept.readUInt32BE(at);
        if (kept.length < end) return;
        const message = kept.subarray(0, end);
        kept = kept.subarray(end);
        upstream.write(isGreeted ? rewrittenMessage(message, rewritten) : message);
        isGreeted = true;
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);

/** The texts of a message are ended by zeroes: a query is one, a statement to be prepared a name and one. */
function rewrittenMessage(message: Buffer, rewritten: (sql: string) => string): Buffer {
  const type = message[0];
  if (type !== QUERY && type !== PARSE) return message;
  const begin = type === QUERY ? 5 : message.indexOf(0, 5) + 1;
  const end = message.indexOf(0, begin);
  const sql = message.toString('utf8', begin, end);
  const changed = rewritten(sql);
  if (changed === sql) return message;
  const text = Buffer.from(changed, 'utf8');
  const made = Buffer.concat([message.subarray(0, begin), text, message.subarray(end)]);
  made.writeUInt32BE(made.length - 1, 1);
  return made;
}
