const DEVICE = '/dev/urandom';
/** Below those of real files. */
const DESCRIPTOR = 99_999;

type Call = (...args: number[]) => number;

/**
 * Answers SQLite's question for chance, of which it makes marks that tell one run of its log from another, with what V8 has at hand.
 * Emscripten would load all of Node's cryptography for it, which takes longer than to open the store; no secret depends on it.
 */
export function randomDevice(imports: WebAssembly.Imports, memory: () => WebAssembly.Memory): void {
  const { env, wasi_snapshot_preview1: wasi } = imports as Record<string, Record<string, Call> | undefined>;
  const { __syscall_openat: open } = env ?? {};
  const { fd_read: read, fd_close: close } = wasi ?? {};
  if (!env || !wasi || !open || !read || !close) throw new Error('this build of sql.js does not import its files');
  env.__syscall_openat = (...args) => (isDevice(memory(), args[1] ?? 0) ? DESCRIPTOR : open(...args));
  wasi.fd_close = (descriptor) => (descriptor === DESCRIPTOR ? 0 : close(descriptor as number));
  wasi.fd_read = (...args) => {
    const [descriptor, vectors = 0, count = 0, done = 0] = args;
    if (descriptor !== DESCRIPTOR) return read(...args);
    const view = new DataView(memory().buffer);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const at = view.getUint32(vectors + 8 * i, true);
      const length = view.getUint32(vectors + 8 * i + 4, true);
      for (let byte = 0; byte < length; byte++) view.setUint8(at + byte, Math.floor(Math.random() * 256));
      total += length;
    }
    view.setUint32(done, total, true);
    return 0;
  };
}

function isDevice(memory: WebAssembly.Memory, address: number): boolean {
  const name = new Uint8Array(memory.buffer, address, DEVICE.length + 1);
  for (let i = 0; i < DEVICE.length; i++) if (name[i] !== DEVICE.charCodeAt(i)) return false;
  return name[DEVICE.length] === 0;
}
