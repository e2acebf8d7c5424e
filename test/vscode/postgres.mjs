import fs from 'node:fs';
import path from 'node:path';
import { asRoot, mayInstall } from './aptPackages.mjs';
import { findProgram, runQuietly, Trouble } from './execute.mjs';
import { whileLocked } from './installLock.mjs';
import { cacheRoot } from './paths.mjs';
import { step } from './progress.mjs';

/** Debian's packages put the server's programs in a folder of each version, which is not on PATH. */
const DEBIAN = '/usr/lib/postgresql';
const HOMEBREW = ['/opt/homebrew/opt', '/usr/local/opt', '/home/linuxbrew/.linuxbrew/opt'];

/** The folder with `postgres`, `initdb` and `pg_ctl` of the newest version: $PGBIN, else where packages put it.
 * @returns {string | undefined} */
export function findPostgres() {
  const onPath = findProgram('postgres', 'postgres.exe');
  const folders = [
    process.env.PGBIN,
    ...versions(DEBIAN, /^\d+$/).map((folder) => path.join(folder, 'bin')),
    ...HOMEBREW.flatMap((opt) => versions(opt, /^postgresql@\d+$/)).map((folder) => path.join(folder, 'bin')),
    onPath && path.dirname(fs.realpathSync(onPath)),
  ];
  return folders.find(
    (folder) => folder && ['initdb', 'initdb.exe'].some((name) => fs.existsSync(path.join(folder, name))),
  );
}

/** Installs PostgreSQL from the distribution's packages when there is none and we may. Without it the suite that needs it says so. */
export async function ensurePostgres() {
  if (findPostgres()) return;
  const brew = findProgram('brew');
  const install = [
    'apt-get',
    'install',
    '-y',
    '--no-install-recommends',
    '-o',
    'Dpkg::Options::=--force-confold',
    'postgresql',
  ];
  if (findProgram('apt-get') && (await mayInstall())) {
    await whileLocked(path.join(cacheRoot, 'postgres.lock'), async () => {
      if (findPostgres()) return;
      await step('package lists', () => asRoot(['apt-get', 'update']));
      // The tests start servers of their own: the package must not start one on the machine.
      const noCluster =
        'mkdir -p /etc/postgresql-common; f=/etc/postgresql-common/createcluster.conf; [ -e $f ] || echo "create_main_cluster = false" > $f';
      await asRoot(['sh', '-c', noCluster]);
      await step('PostgreSQL', () => asRoot(install));
    });
  } else if (brew && process.env.CI) await step('PostgreSQL', () => runQuietly(brew, ['install', 'postgresql@17']));
  if (!findPostgres() && process.env.CI)
    throw new Trouble('The team suite needs PostgreSQL: install it, or name the folder of its programs in PGBIN.');
}

function versions(folder, pattern) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')))
    .map((name) => path.join(folder, name));
}
