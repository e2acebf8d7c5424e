import assert from 'node:assert/strict';
import Module from 'node:module';
import type { Engine } from '../../../src/engine/engineApi.ts';

type Listener = (event: never) => void;

/** What the meter uses of the editor's interface. */
function fakeEditor() {
  const listeners = new Map<string, Set<Listener>>();
  const event = (name: string) => (listener: Listener) => {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known.add(listener));
    return { dispose: () => void known.delete(listener) };
  };
  return {
    fire: (name: string, value: unknown) => {
      for (const listener of listeners.get(name) ?? []) listener(value as never);
    },
    vscode: {
      Disposable: {
        from: (...all: { dispose(): void }[]) => ({
          dispose: () => {
            for (const each of all) each.dispose();
          },
        }),
      },
      env: { language: 'en' },
      l10n: { t: String },
      window: {
        onDidChangeWindowState: event('windowState'),
        onDidChangeActiveColorTheme: event('theme'),
      },
      workspace: {
        getConfiguration: () => ({ get: (_name: string, otherwise: unknown) => otherwise }),
        workspaceFolders: [],
        onDidChangeConfiguration: event('configuration'),
        onDidChangeWorkspaceFolders: event('folders'),
      },
    },
  };
}

describe('the meter of a window', () => {
  const editor = fakeEditor();
  const modules = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const load = modules._load;
  let open: { dispose(): void } | undefined;
  let keepMeterLive: typeof import('../../../src/editor/liveMeter.ts').keepMeterLive;
  before(async () => {
    modules._load = (name, ...rest) => (name === 'vscode' ? editor.vscode : load(name, ...rest));
    ({ keepMeterLive } = await import('../../../src/editor/liveMeter.ts'));
  });
  after(() => {
    open?.dispose();
    modules._load = load;
  });

  it('has everything looked at when the window gets the focus, as timers and watches rest while it has none', async () => {
    let sweeps = 0;
    const none = () => ({ dispose: () => undefined });
    const engine = {
      meter: async () => ({}),
      sweep: () => {
        sweeps++;
        return Promise.reject(new Error('the engine has ended'));
      },
      onChanged: none,
      onProgress: none,
    } as unknown as Engine;
    const meter = { show: () => undefined, redraw: () => undefined };
    const live = keepMeterLive(engine, meter as never, { error: assert.fail } as never);
    open = live;
    editor.fire('windowState', { focused: false });
    assert.equal(sweeps, 0);
    editor.fire('windowState', { focused: true });
    assert.equal(sweeps, 1);
    // A sweep that fails has been told as a trouble, and nothing here ends of it.
    await new Promise((resolve) => setImmediate(resolve));
    editor.fire('windowState', { focused: true });
    assert.equal(sweeps, 2);
    live.dispose();
    editor.fire('windowState', { focused: true });
    assert.equal(sweeps, 2);
  });
});
