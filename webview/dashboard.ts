import Dashboard from './dashboard/Dashboard.svelte';
import { mountPage } from './mountPage.ts';

mountPage(Dashboard, (message) => (message.type === 'dashboard' ? message.view : undefined));
