import Health from './health/Health.svelte';
import { mountPage } from './mountPage.ts';

mountPage(Health, (message) => (message.type === 'health' ? message.view : undefined));
