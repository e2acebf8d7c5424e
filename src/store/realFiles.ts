import fs from 'node:fs';

/**
 * Answers SQLite's file system calls with real files. Emscripten gives a module a file system in memory; here those of its calls that
 * concern a mapped name go to `node:fs` instead, all others stay where they were.
 *
 * Names and argument layouts are those of Emscripten's musl (32 bit, `struct stat` of 96 bytes) and of WASI; only the debug build of
 * sql.js keeps the names. There are no locks: exactly one process may have a database open.
 */
export interface RealFiles {
  /** Gives the database file a name inside the module; `-wal`, `-journal` and `-shm` follow. Read-only ones are never written or made. */
  map(name: string, realPath: string, isReadOnly?: boolean): void;
  unmap(name: string): void;
  /** Puts the answers into the module's imports. */
  install(imports: WebAssembly.Imports): void;
  /** To be called with the module's memory before the first file is opened. */
  attach(memory: WebAssembly.Memory): void;
}

type Call = (...args: number[]) => number;

/** WASI error numbers. */
const ERRNO: Record<string, number> = {
  EACCES: 2,
  EBADF: 8,
  EEXIST: 20,
  EFBIG: 22,
  EIO: 29,
  EISDIR: 31,
  EMFILE: 33,
  ENFILE: 41,
  ENOENT: 44,
  ENOSPC: 51,
  EPERM: 63,
  EROFS: 69,
  EDQUOT: 19,
};

const errnoOf = (error: unknown): number => ERRNO[(error as NodeJS.ErrnoException).code ?? ''] ?? 29;

/** Descriptors of real files begin here, far above those of the module's own files. */
const FIRST_DESCRIPTOR = 100_000;

/** WASI's number for "permission denied", on which SQLite opens a file for reading only. */
const DENIED = -2;

const F_GETLK = 12;
const F_UNLCK = 2;
const O_ACCESS = 3;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;

export function realFiles(): RealFiles {
  const mapped = new Map<string, { realPath: string; isReadOnly: boolean }>();
  const open = new Map<number, { fd: number; position: number }>();
  let nextDescriptor = FIRST_DESCRIPTOR;
  let memory: WebAssembly.Memory | undefined;
  let bytes = new Uint8Array(0);
  let view = new DataView(bytes.buffer);

  /** Views of the memory; it may have grown since the last call, which detaches older views. */
  const refresh = (): void => {
    if (!memory || bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    view = new DataView(memory.buffer);
  };

  /** The real file of a name inside the module, or `undefined` when it is not ours. */
  const realFileAt = (pointer: number): { path: string; isReadOnly: boolean } | undefined => {
    refresh();
    const name = Buffer.from(bytes.buffer, pointer, bytes.indexOf(0, pointer) - pointer).toString('utf8');
    const [, base = '', suffix = ''] = /^(.*?)(-journal|-wal|-shm)?$/s.exec(name) ?? [];
    const real = mapped.get(base);
    return real && { path: real.realPath + suffix, isReadOnly: real.isReadOnly };
  };

  const putStat = (pointer: number, stat: fs.Stats): number => {
    refresh();
    bytes.fill(0, pointer, pointer + 96);
    view.setUint32(pointer, 1, true);
    view.setUint32(pointer + 4, stat.mode, true);
    view.setUint32(pointer + 8, 1, true);
    view.setBigInt64(pointer + 24, BigInt(stat.size), true);
    view.setInt32(pointer + 32, 4096, true);
    view.setInt32(pointer + 36, Math.ceil(stat.size / 512), true);
    for (const field of [40, 56, 72]) {
      view.setBigInt64(pointer + field, BigInt(Math.floor(stat.mtimeMs / 1000)), true);
    }
    view.setBigInt64(pointer + 88, BigInt(Math.floor(stat.ino % 2 ** 31)), true);
    return 0;
  };

  /** Runs a POSIX-like call: 0 or more is its result, below 0 an error. */
  const posix = (action: () => number): number => {
    try {
      return action();
    } catch (error) {
      return -errnoOf(error);
    }
  };

  /** Runs a WASI call: 0, or an error number. */
  const wasi = (action: () => void): number => {
    try {
      action();
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  };

  /** Walks the buffers of a vectored read or write until one is not filled. */
  const eachBuffer = (
    vectors: number,
    count: number,
    done: number,
    move: (at: number, length: number) => number,
  ): void => {
    refresh();
    let total = 0;
    for (let i = 0; i < count; i++) {
      const at = view.getUint32(vectors + 8 * i, true);
      const length = view.getUint32(vectors + 8 * i + 4, true);
      const moved = length === 0 ? 0 : move(at, length);
      total += moved;
      if (moved < length) break;
    }
    view.setUint32(done, total, true);
  };

  const byPath: Record<string, (path: string, ...rest: number[]) => number> = {
    __syscall_openat: (path, flags = 0) => {
      let mode = (flags & O_ACCESS) === 0 ? fs.constants.O_RDONLY : fs.constants.O_RDWR;
      if (flags & O_CREAT) mode |= fs.constants.O_CREAT;
      if (flags & O_EXCL) mode |= fs.constants.O_EXCL;
      if (flags & O_TRUNC) mode |= fs.constants.O_TRUNC;
      const descriptor = nextDescriptor++;
      open.set(descriptor, { fd: fs.openSync(path, mode, 0o600), position: 0 });
      return descriptor;
    },
    __syscall_stat64: (path, at = 0) => putStat(at, fs.statSync(path)),
    __syscall_lstat64: (path, at = 0) => putStat(at, fs.statSync(path)),
    __syscall_newfstatat: (path, at = 0) => putStat(at, fs.statSync(path)),
    __syscall_faccessat: (path) => {
      fs.accessSync(path);
      return 0;
    },
    __syscall_unlinkat: (path) => {
      fs.unlinkSync(path);
      return 0;
    },
  };

  /** Calls whose first argument is a directory, not the path. */
  const atFolder = new Set(['__syscall_openat', '__syscall_newfstatat', '__syscall_faccessat', '__syscall_unlinkat']);

  /** Whether a call by path would change something. */
  const isWriting = (name: string, flags = 0): boolean =>
    name === '__syscall_unlinkat' || (name === '__syscall_openat' && (flags & (O_ACCESS | O_CREAT | O_TRUNC)) !== 0);

  const byDescriptor: Record<string, (file: { fd: number; position: number }, ...rest: never[]) => number> = {
    __syscall_fstat64: (file, at: number) => posix(() => putStat(at, fs.fstatSync(file.fd))),
    __syscall_ftruncate64: (file, length: number | bigint) =>
      posix(() => {
        fs.ftruncateSync(file.fd, Number(length));
        return 0;
      }),
    __syscall_fcntl64: (_file, command: number, rest: number) => {
      if (command !== F_GETLK) return 0;
      refresh();
      view.setInt16(view.getUint32(rest, true), F_UNLCK, true);
      return 0;
    },
    __syscall_fchmod: () => 0,
    __syscall_fchown32: () => 0,
    fd_sync: (file) => wasi(() => fs.fdatasyncSync(file.fd)),
    fd_seek: (file, offset: number | bigint, whence: number, result: number) =>
      wasi(() => {
        const base = whence === 0 ? 0 : whence === 1 ? file.position : fs.fstatSync(file.fd).size;
        file.position = base + Number(offset);
        refresh();
        view.setBigInt64(result, BigInt(file.position), true);
      }),
    fd_read: (file, vectors: number, count: number, done: number) =>
      wasi(() =>
        eachBuffer(vectors, count, done, (at, length) => {
          const read = fs.readSync(file.fd, bytes, at, length, file.position);
          file.position += read;
          return read;
        }),
      ),
    fd_write: (file, vectors: number, count: number, done: number) =>
      wasi(() =>
        eachBuffer(vectors, count, done, (at, length) => {
          for (let written = 0; written < length; ) {
            const step = fs.writeSync(file.fd, bytes, at + written, length - written, file.position);
            written += step;
            file.position += step;
          }
          return length;
        }),
      ),
  };

  const closeFile = (descriptor: number): number | undefined => {
    const file = open.get(descriptor);
    if (!file) return undefined;
    open.delete(descriptor);
    return wasi(() => fs.closeSync(file.fd));
  };

  return {
    map: (name, realPath, isReadOnly = false) => void mapped.set(name, { realPath, isReadOnly }),
    unmap: (name) => void mapped.delete(name),
    attach(given) {
      memory = given;
      refresh();
    },
    install(imports) {
      const find = (name: string): { module: Record<string, unknown>; original: Call } => {
        for (const module of Object.values(imports) as Record<string, unknown>[]) {
          const original = module[name];
          if (typeof original === 'function') return { module, original: original as Call };
        }
        throw new Error(`this build of sql.js does not import ${name}`);
      };
      for (const [name, answer] of Object.entries(byPath)) {
        const { module, original } = find(name);
        const skip = atFolder.has(name) ? 1 : 0;
        module[name] = (...args: number[]) => {
          const file = realFileAt(args[skip] ?? 0);
          if (!file) return original(...args);
          const rest = args.slice(skip + 1);
          if (file.isReadOnly && isWriting(name, rest[0])) return DENIED;
          return posix(() => answer(file.path, ...rest));
        };
      }
      for (const [name, answer] of Object.entries(byDescriptor)) {
        const { module, original } = find(name);
        module[name] = (descriptor: number, ...args: never[]) => {
          const file = open.get(descriptor);
          return file ? answer(file, ...args) : original(descriptor, ...args);
        };
      }
      const { module, original } = find('fd_close');
      module.fd_close = (descriptor: number) => closeFile(descriptor) ?? original(descriptor);
    },
  };
}
