import type { ScopesView } from '../../src/views/dashboardView.ts';
import { scopesView } from '../../src/views/scopes.ts';

/** The switch between one's own machine and the team: while there are figures, and while there are none. */
export const SCOPES: Record<string, ScopesView | undefined> = {
  team: scopesView({ scope: 'team', place: '12 machines at db.example.com:5432/usage' }),
  unreachable: scopesView({ scope: 'team', problem: 'db.example.com:5432/usage cannot be reached (ECONNREFUSED).' }),
};
