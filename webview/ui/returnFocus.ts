import { onDestroy, tick } from 'svelte';

/**
 * To be called by a form as it opens: what has the focus then gets it back when the form is gone, unless the reader has gone elsewhere. Otherwise
 * who works by keyboard would begin at the top of the page again.
 */
export function returnFocus(): void {
  const opener = document.activeElement;
  onDestroy(async () => {
    await tick();
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
  });
}
