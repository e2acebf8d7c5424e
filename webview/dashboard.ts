import Dashboard from './dashboard/Dashboard.svelte';
import { mountPage } from './mountPage.ts';

mountPage('usage', Dashboard, (message) => (message.type === 'dashboard' ? message.view : undefined));
