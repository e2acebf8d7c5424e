import Limits from './limits/Limits.svelte';
import { mountPage } from './mountPage.ts';

mountPage('limits', Limits, (message) => (message.type === 'limits' ? message.view : undefined));
