import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { parseTeamAddress } from '../../src/team/teamAddress.ts';
import { TeamError } from '../../src/team/teamSettings.ts';
import { makeCertificates } from './certificates.ts';
import { type Postgres, serverFor } from './postgres.ts';
import { troubleOf } from './troubleOf.ts';

describe('the connection to the team’s store', function () {
  this.timeout(60_000);
  let server: Postgres;

  before(async function () {
    server = await serverFor(this, ['ada']);
  });
  after(() => server?.stop());

  it('is believed only with a certificate that is trusted and names it', async () => {
    const plain = server.url('ada', 'postgres', '').replace(':ada@', ':geheim@');
    assert.match((await troubleOf(connectTeam(plain))).message, /offers no encryption/);
    const certificates = makeCertificates(server.folder);
    server.own(certificates.key);
    const use = async (certificate: string) => {
      server.own(certificate);
      await server.query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
      await server.query(`ALTER SYSTEM SET ssl_key_file = '${certificates.key}'`);
      await server.query('ALTER SYSTEM SET ssl = on');
      await server.query('SELECT pg_reload_conf()');
    };
    const until = async (params: string, kind: string | undefined): Promise<void> => {
      // The server reads its settings anew a moment later.
      for (let tries = 0; ; tries++) {
        const team = await connectTeam(`${plain}${params}`).catch((error: TeamError) => error);
        const found = team instanceof Error ? team.kind : undefined;
        if (!(team instanceof Error)) await team.close();
        if (found === kind) return;
        assert.ok(tries < 200, `${params}: ${found}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await use(certificates.right);
    await until(`sslrootcert=${certificates.authority}`, undefined);
    assert.match((await troubleOf(connectTeam(plain))).message, /not trusted/);
    await until('sslmode=require', undefined);
    await use(certificates.wrong);
    await until(`sslrootcert=${certificates.authority}`, 'certificate');
    await until(`sslmode=verify-ca&sslrootcert=${certificates.authority}`, undefined);
    await server.query('ALTER SYSTEM SET ssl = off');
    await server.query('SELECT pg_reload_conf()');
  });

  const lies: [string, (socket: Socket) => void, string][] = [
    ['closes at once', (socket) => socket.destroy(), 'unreachable'],
    ['speaks another language', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'unreachable'],
    [
      'sends without end',
      (socket) => {
        // A message of PostgreSQL that says it is a gigabyte long.
        const head = Buffer.from([0x52, 0x3f, 0xff, 0xff, 0xff]);
        socket.write(head);
        const chunk = Buffer.alloc(1 << 20);
        const more = (): void => {
          while (!socket.destroyed && socket.write(chunk));
        };
        socket.on('drain', more);
        more();
      },
      'answer',
    ],
  ];
  for (const [what, lie, kind] of lies) {
    it(`is not believed when it ${what}`, async () => {
      const liar = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => lie(socket));
      });
      liar.listen(0, '127.0.0.1');
      await once(liar, 'listening');
      const { port } = liar.address() as AddressInfo;
      const error = await troubleOf(connectTeam(`postgres://ada:geheim@127.0.0.1:${port}/x?sslmode=disable`));
      assert.equal(error.kind, kind, error.message);
      liar.close();
    });
  }

  it('has an address that is read with care', async () => {
    for (const text of [
      '',
      'geheim',
      'http://ada:geheim@h/x',
      'postgres://:geheim@h/x',
      'postgres://ada:%E0%A4%A@h/x',
      'postgres://ada:geheim@h/x?sslmode=maybe',
      'postgres://ada:geheim@h/x?sslrootcert=/no/such/file',
    ])
      assert.throws(
        () => parseTeamAddress(text),
        (error: unknown) => error instanceof TeamError && error.kind === 'address' && !error.message.includes('geheim'),
      );
    const { tls, ...rest } = parseTeamAddress('postgresql://ada:p%40ss@db.example.com/usage');
    assert.deepEqual(rest, { host: 'db.example.com', port: 5432, user: 'ada', password: 'p@ss', database: 'usage' });
    assert.deepEqual(tls, { servername: 'db.example.com', minVersion: 'TLSv1.2', rejectUnauthorized: true });
    assert.equal(parseTeamAddress('postgres://ada@localhost/usage?host=/run/postgresql').tls, false);
  });
});
