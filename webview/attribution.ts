import Attribution from './attribution/Attribution.svelte';
import { mountPage } from './mountPage.ts';

mountPage(Attribution, (message) => (message.type === 'attribution' ? message.view : undefined));
