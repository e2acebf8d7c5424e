import Health from './health/Health.svelte';
import { mountPage } from './mountPage.ts';

mountPage('health', Health, (message) => (message.type === 'health' ? message.view : undefined));
