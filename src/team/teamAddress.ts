import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { told } from '../views/text.ts';
import { TeamError } from './teamSettings.ts';

/** A connection string, taken apart. */
export interface TeamAddress {
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  database: string;
  /** `false`: not encrypted, as the user says or because it is a socket of this machine. */
  tls: false | ConnectionOptions;
}

const FORM = 'postgres://user:password@host:5432/database';

/**
 * Reads a connection string. Encrypted, with a certificate that is trusted and names the host, unless it says otherwise (`sslmode` as libpq
 * knows it; `sslrootcert` names a file with the team's own authority). Throws `TeamError`; its message holds nothing of the string.
 */
export function parseTeamAddress(text: string): TeamAddress {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new TeamError('address', told('The connection string cannot be read. It looks like this: {0}', FORM));
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new TeamError('address', told('The connection string begins with postgres://, as in {0}', FORM));
  const { searchParams } = url;
  let parts: { host: string; user: string; password: string; database: string };
  try {
    parts = {
      host: decodeURIComponent(searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/, '$1')),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch {
    throw new TeamError(
      'address',
      told('The connection string has a % that is not followed by two digits. Write it as %25.'),
    );
  }
  const { host, user, password, database } = parts;
  if (host === '' || user === '')
    throw new TeamError('address', told('The connection string needs a host and a user: {0}', FORM));
  return {
    host,
    port: Number(url.port || 5432),
    user,
    password: password === '' ? undefined : password,
    database: database === '' ? user : database,
    tls: host.startsWith('/') ? false : tlsOf(host, searchParams),
  };
}

function tlsOf(host: string, params: URLSearchParams): false | ConnectionOptions {
  const mode = params.get('sslmode') ?? 'verify-full';
  const options: ConnectionOptions = {
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...fileOption('ca', params.get('sslrootcert')),
    ...fileOption('cert', params.get('sslcert')),
    ...fileOption('key', params.get('sslkey')),
    minVersion: 'TLSv1.2',
  };
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
    case 'no-verify':
      return { ...options, rejectUnauthorized: false };
    case 'verify-ca':
      return { ...options, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...options, rejectUnauthorized: true };
    default:
      throw new TeamError('address', told('sslmode is one of verify-full, verify-ca, require and disable.'));
  }
}

function fileOption(name: 'ca' | 'cert' | 'key', path: string | null): ConnectionOptions {
  if (path === null || path === 'system') return {};
  try {
    return { [name]: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TeamError(
      'address',
      told('The file {0} of the connection string cannot be read ({1}).', path, String(code)),
    );
  }
}
