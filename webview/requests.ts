import { mountPage } from './mountPage.ts';
import Requests from './requests/Requests.svelte';

mountPage('requests', Requests, (message) => (message.type === 'requests' ? message.view : undefined));
