import Attribution from './attribution/Attribution.svelte';
import { mountPage } from './mountPage.ts';

mountPage('attribution', Attribution, (message) => (message.type === 'attribution' ? message.view : undefined));
