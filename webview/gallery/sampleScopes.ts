import type { ScopesView } from '../../src/views/dashboardView.ts';
import { scopesView } from '../../src/views/scopes.ts';
import { samplePage } from './sampleLimits.ts';
import type { GalleryState } from './states.ts';

/** The switch between one's own machine and the team: while there are figures, and while there are none. */
export function sampleScopes(state: GalleryState, team: string | undefined): ScopesView | undefined {
  if (team === 'team') {
    const { accounts, tree } = samplePage(state, undefined);
    return scopesView({
      scope: 'team',
      place: '12 machines at db.example.com:5432/usage',
      accounts: accounts.slice(1, 2).map(({ index: _, ...account }) => ({ ...account, stated: [] })),
      tree: { ...tree, caption: 'Accounts, users and workspaces' },
    });
  }
  if (team === 'unreachable')
    return scopesView({ scope: 'team', problem: 'db.example.com:5432/usage cannot be reached (ECONNREFUSED).' });
  return undefined;
}
