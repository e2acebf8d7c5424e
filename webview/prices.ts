import { mountPage } from './mountPage.ts';
import Prices from './prices/Prices.svelte';

mountPage('prices', Prices, (message) => (message.type === 'prices' ? message.view : undefined));
