import { mountPage } from './mountPage.ts';
import Sidebar from './sidebar/Sidebar.svelte';

document.body.classList.add('in-sidebar');
mountPage(undefined, Sidebar, (message) => (message.type === 'sidebar' ? message.view : undefined));
