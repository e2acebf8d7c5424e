import { mount } from 'svelte';
import '../page.css';
import './themes.css';
import { installPalette } from '../charts/paletteSheet.ts';
import Dashboard from '../dashboard/Dashboard.svelte';
import Limits from '../limits/Limits.svelte';
import Prices from '../prices/Prices.svelte';
import Requests from '../requests/Requests.svelte';
import Gallery from './Gallery.svelte';
import GalleryAttribution from './GalleryAttribution.svelte';
import { sampleDashboard } from './sampleDashboard.ts';
import { samplePage } from './sampleLimits.ts';
import { PRICE_STATES } from './samplePrices.ts';
import { REQUEST_STATES } from './sampleRequests.ts';
import { sampleScopes } from './sampleScopes.ts';
import { STATES, type StateName } from './states.ts';

/**
 * Every component in every state: `/gallery/?theme=vscode-light`. One page in one state, as the editor shows it:
 * `/gallery/?page=dashboard&state=huge&theme=vscode-high-contrast`, with a team `&team=team` or `&team=unreachable`.
 */
const query = new URLSearchParams(location.search);
const theme = query.get('theme') ?? 'vscode-dark';
document.body.classList.add(...(theme === 'vscode-high-contrast-light' ? [theme, 'vscode-high-contrast'] : [theme]));
document.body.dataset.vscodeThemeKind = theme;
installPalette(document);

const name = query.get('state') ?? 'threeAgents';
const state = STATES[name in STATES ? (name as StateName) : 'threeAgents'];
const send = (message: unknown) => console.info(message);
const target = document.body;
const page = query.get('page');
if (page === 'dashboard')
  mount(Dashboard, {
    target,
    props: { view: { ...sampleDashboard(state), scopes: sampleScopes(state, query.get('team') ?? undefined) }, send },
  });
else if (page === 'limits') {
  const form = query.get('form');
  const view = samplePage(state, form === 'account' || form === 'general' ? form : undefined);
  mount(Limits, { target, props: { view, send } });
} else if (page === 'attribution')
  mount(GalleryAttribution, { target, props: { state, lens: query.get('lens') ?? 'window' } });
else if (page === 'requests')
  mount(Requests, {
    target,
    props: { view: name in REQUEST_STATES ? REQUEST_STATES[name] : REQUEST_STATES.some, send },
  });
else if (page === 'prices')
  mount(Prices, { target, props: { view: PRICE_STATES[name] ?? PRICE_STATES.complete, send } });
else mount(Gallery, { target, props: { theme } });
