import { answerTeam } from '../engine/answerTeam.ts';
import { BadArgument, type Options } from './arguments.ts';

/** Looks at the team's store, whose address is a secret and no argument: others see arguments. */
export async function team([task, ...more]: string[], options: Pick<Options, 'without-row-security'>): Promise<void> {
  if ((task !== 'look' && task !== 'setup') || more.length > 0) throw new BadArgument('team look, or team setup');
  const url = process.env.ATM_TEAM_URL;
  if (!url) throw new BadArgument('the variable ATM_TEAM_URL holds no connection string');
  try {
    const report = await answerTeam({
      task: task === 'setup' ? 'setUp' : 'look',
      url,
      withoutRowSecurity: options['without-row-security'],
    });
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
