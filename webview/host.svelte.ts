import type { HostMessage, PageMessage } from '../src/views/protocol.ts';

declare function acquireVsCodeApi(): { postMessage(message: PageMessage): void };

/** A page's line to the extension: the last whole picture, and a way to wish for another. */
export interface Host<View> {
  /** `undefined` until the first picture; reactive. */
  readonly view: View | undefined;
  /** Why the newest picture could not be made; `undefined` when it could. Reactive. */
  readonly problem: string | undefined;
  /** Why the picture rests on what is in memory only; `undefined` when it does not. Reactive. */
  readonly standing: string | undefined;
  send: (message: PageMessage) => void;
}

/**
 * Listens for pictures and asks for the first. `viewOf` picks what this page shows out of a message, `undefined` when it is for another.
 * Call it once: the editor hands out its API only once.
 */
export function connectHost<View>(viewOf: (message: HostMessage) => View | undefined): Host<View> {
  let view = $state.raw<View>();
  let problem = $state.raw<string>();
  let standing = $state.raw<string>();
  const editor = acquireVsCodeApi();
  window.addEventListener('message', ({ data }: MessageEvent<HostMessage | undefined>) => {
    if (data === undefined) return;
    if (data.type === 'standing') {
      standing = data.text ?? undefined;
      return;
    }
    const shown = viewOf(data);
    if (shown !== undefined) view = shown;
    if (shown !== undefined || data.type === 'problem') problem = data.type === 'problem' ? data.text : undefined;
  });
  editor.postMessage({ type: 'ready' });
  return {
    get view() {
      return view;
    },
    get problem() {
      return problem;
    },
    get standing() {
      return standing;
    },
    send: (message) => editor.postMessage(message),
  };
}
