import { type Component, mount } from 'svelte';
import './page.css';
import type { PageName } from '../src/views/pageNames.ts';
import type { HostMessage, PageMessage } from '../src/views/protocol.ts';
import { speak, type Texts } from '../src/views/text.ts';
import { installPalette } from './charts/paletteSheet.ts';
import { connectHost } from './host.svelte.ts';
import PageFrame from './ui/PageFrame.svelte';

/** Fills the document with a page. `viewOf` picks what it shows out of a message, `undefined` when that is for another page. */
export function mountPage<View>(
  page: PageName | undefined,
  Content: Component<{ view: View | undefined; send: (message: PageMessage) => void }>,
  viewOf: (message: HostMessage) => View | undefined,
): void {
  const texts = textsOf(document);
  speak(() => texts);
  installPalette(document);
  mount(PageFrame<View>, { target: document.body, props: { page, host: connectHost(viewOf), Content } });
}

/** The texts in the window's language, which the host writes into the document. */
const textsOf = (page: Document): Texts => JSON.parse(page.getElementById('texts')?.textContent ?? '{}');
