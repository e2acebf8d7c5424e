import { StoreInUseError, StoreUnusableError } from '../engine/ownedEngine.ts';
import { BadPriceFile } from '../engine/pricesCommand.ts';
import { Unservable } from '../engine/unservable.ts';
import { BadWord } from '../engine/usageQuestion.ts';
import { isCorrupt } from '../store/connection.ts';
import { BadArgument, parseOptions } from './arguments.ts';
import { HELP } from './help.ts';
import { prices } from './prices.ts';
import { isReport, report } from './reports.ts';
import { answerAgents, serve } from './servers.ts';
import { careOfStore } from './storeCommand.ts';
import { team } from './team.ts';

async function main(args: string[], version: string): Promise<void> {
  const { values: options, positionals } = parseOptions(args);
  const [name = '', ...rest] = positionals;
  if (options.help || name === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (options.store === '') throw new BadArgument('--store is the name of a file');
  if (name === 'store') return careOfStore(rest, options);
  if (name === 'prices') return prices(rest, options);
  if (name === 'team') return team(rest, options);
  if (name === 'serve' && rest.length === 0) return serve(options, version);
  if (name === 'mcp' && rest.length === 0) return answerAgents(options, version);
  if (!isReport(name)) throw new BadArgument(name === '' ? 'a command is missing' : `there is no command "${name}"`);
  if (rest.length > 0) throw new BadArgument(`"${rest[0]}" is one word too many`);
  return report(name, options);
}

/** Does what the arguments of this process say; what goes wrong is told on stderr, and by the exit code. */
export async function runCommandLine(version: string): Promise<void> {
  // Whoever reads our output may have read enough: `| head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const args = process.argv.slice(2);
  await main(args, version)
    .catch((error: unknown) => {
      // A store that turns out to be damaged is set aside when it is opened again.
      if (!isCorrupt(error)) throw error;
      return main(args, version);
    })
    .catch(tellFailure);
}

/** A file that the arguments name and that cannot be read. */
const isMissingFile = (error: unknown): error is Error =>
  error instanceof Error &&
  ['ENOENT', 'EISDIR', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code)) &&
  process.argv[2] === 'prices';

function tellFailure(error: unknown): void {
  if (error instanceof BadArgument || error instanceof BadWord) {
    // Below forty lines of help nobody finds the mistake.
    const more = process.argv.length > 2 ? 'Commands and options: cli.js help\n' : `\n${HELP}`;
    process.stderr.write(`${error instanceof BadWord ? `--${error.message}` : error.message}\n${more}`);
    process.exitCode = 2;
    return;
  }
  if (
    error instanceof StoreUnusableError ||
    error instanceof Unservable ||
    error instanceof BadPriceFile ||
    isMissingFile(error)
  ) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return;
  }
  const isExpected = error instanceof StoreInUseError;
  process.stderr.write(`${error instanceof Error && !isExpected ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
