import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Certificates of a team's own authority: for a server under its right name, and for another host. */
export interface Certificates {
  authority: string;
  key: string;
  right: string;
  wrong: string;
}

/** Made by openssl, which PostgreSQL's packages bring along. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const self = ['-newkey', 'rsa:2048', '-nodes', '-sha256'];
  openssl('req', '-x509', ...self, '-days', '2', '-subj', '/CN=Team', '-keyout', at('ca.key'), '-out', at('ca.crt'));
  openssl('req', ...self, '-subj', '/CN=server', '-keyout', at('server.key'), '-out', at('server.csr'));
  for (const [name, host] of [
    ['right', 'IP:127.0.0.1,DNS:localhost'],
    ['wrong', 'DNS:elsewhere.example.com'],
  ] as const) {
    writeFileSync(at(`${name}.ext`), `subjectAltName=${host}\n`);
    openssl(
      'x509',
      '-req',
      '-in',
      at('server.csr'),
      '-CA',
      at('ca.crt'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.crt`),
    );
  }
  return { authority: at('ca.crt'), key: at('server.key'), right: at('right.crt'), wrong: at('wrong.crt') };
}
