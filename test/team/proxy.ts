import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between a machine and its team's store that breaks when a test wishes. */
export interface Proxy {
  port: number;
  /** Cuts the next connection after so many bytes in a direction. */
  cutAfter(bytes: number, direction: 'up' | 'down'): void;
  /** How often that came about. */
  cuts(): number;
  /** Lets nobody through until it is called with `false`. */
  down(isDown: boolean): void;
  close(): Promise<void>;
}

export async function proxyTo(port: number): Promise<Proxy> {
  let left: { bytes: number; direction: 'up' | 'down' } | undefined;
  let cuts = 0;
  let isDown = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    const both = [client, upstream];
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const pass = (from: Socket, to: Socket, direction: 'up' | 'down'): void => {
      from.on('data', (chunk: Buffer) => {
        if (left?.direction === direction) {
          if (left.bytes <= chunk.length) {
            // What is before the cut arrives; what is after it never does.
            to.write(chunk.subarray(0, left.bytes), end);
            left = undefined;
            cuts++;
            return;
          }
          left.bytes -= chunk.length;
        }
        to.write(chunk);
      });
    };
    pass(client, upstream, 'up');
    pass(upstream, client, 'down');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter(bytes, direction) {
      left = { bytes, direction };
    },
    cuts: () => cuts,
    down(now) {
      isDown = now;
      if (now) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
