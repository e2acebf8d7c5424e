import { mount } from 'svelte';
import './page.css';
import Attribution from './attribution/Attribution.svelte';
import { installPalette } from './charts/paletteSheet.ts';
import { connectHost } from './host.svelte.ts';

installPalette(document);
const host = connectHost((message) => (message.type === 'attribution' ? message.view : undefined));
mount(Attribution, {
  target: document.body,
  props: {
    get view() {
      return host.view;
    },
    send: host.send,
  },
});
