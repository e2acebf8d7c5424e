import type { Scope, ScopesView } from './dashboardView.ts';
import { t } from './text.ts';

/** What the switch between one's own machine and the team is made from. */
export interface ScopesInput extends Omit<ScopesView, 'choices'> {
  scope: Scope;
}

export const scopesView = ({ scope, ...team }: ScopesInput): ScopesView => ({
  choices: [
    { scope: 'machine', label: t('This machine'), selected: scope === 'machine' },
    { scope: 'mine', label: t('My machines'), selected: scope === 'mine' },
    { scope: 'team', label: t('Team'), selected: scope === 'team' },
  ],
  ...team,
});
