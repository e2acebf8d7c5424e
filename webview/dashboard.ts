import { mount } from 'svelte';
import './page.css';
import { installPalette } from './charts/paletteSheet.ts';
import Dashboard from './dashboard/Dashboard.svelte';
import { connectHost } from './host.svelte.ts';

installPalette(document);
const host = connectHost((message) => (message.type === 'dashboard' ? message.view : undefined));
mount(Dashboard, {
  target: document.body,
  props: {
    get view() {
      return host.view;
    },
    send: host.send,
  },
});
