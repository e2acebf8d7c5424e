import { connectTeam } from '../team/connectTeam.ts';
import { checkTeamVersion, migrateTeam } from '../team/migrateTeam.ts';
import { TeamError } from '../team/teamSettings.ts';
import { teamTeller } from '../team/teamTeller.ts';
import { inWords } from '../views/text.ts';
import type { TeamReport, TeamRequest } from './teamRequest.ts';

/** Of no machine: who only looks is known by none. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Looks at a team's store, or makes its tables before that. Rejects with a sentence in the asker's language. */
export async function answerTeam({ task, url, withoutRowSecurity }: TeamRequest): Promise<TeamReport> {
  try {
    const team = await connectTeam(url);
    try {
      if (task === 'setUp') await migrateTeam(team, { withoutRowSecurity });
      try {
        await checkTeamVersion(team);
      } catch (error) {
        if (error instanceof TeamError && error.kind === 'setup')
          return { place: team.place, state: 'setUp', accounts: [] };
        throw error;
      }
      const teller = await teamTeller(team);
      const accounts = await teller.hello(NOBODY);
      return {
        place: team.place,
        state: 'ready',
        layout: teller.layout,
        accounts: accounts.map(({ account, reads, writes }) => ({ account, reads, writes })),
      };
    } finally {
      await team.close();
    }
  } catch (error) {
    throw error instanceof TeamError ? new Error(inWords(error.told)) : error;
  }
}
