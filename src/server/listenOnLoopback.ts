import type { AddressInfo, Server } from 'node:net';

/** Addresses that only programs of this machine reach. The second is missing where IPv6 is switched off. */
const HOSTS = ['127.0.0.1', '::1'];
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EPROTONOSUPPORT']);
/** A port that is free on one address may be taken on the other. */
const TRIES = 5;

/**
 * Listens on one port of both loopback addresses: were another program to have the second, it would be told the token by who asks
 * `localhost`. Rejects with the system's error, `EADDRINUSE` above all; nothing listens then.
 *
 * @param port 0 = any that is free
 */
export async function listenOnLoopback<Listening extends Server>(
  make: () => Listening,
  port: number,
): Promise<{ servers: Listening[]; port: number }> {
  for (let tries = 1; ; tries++) {
    const servers: Listening[] = [];
    let had = port;
    try {
      for (const host of HOSTS) {
        const server = make();
        if (!(await listen(server, host, had))) continue;
        servers.push(server);
        had = (server.address() as AddressInfo).port;
      }
      return { servers, port: had };
    } catch (error) {
      for (const server of servers) server.close();
      const isOtherTaken = port === 0 && (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isOtherTaken || tries >= TRIES) throw error;
    }
  }
}

/** @returns whether there is such an address on this machine */
function listen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (host === '::1' && NO_IPV6.has(error.code ?? '')) resolve(false);
      else reject(error);
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::1' }, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}
