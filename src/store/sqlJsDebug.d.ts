/** The part of WebAssembly that the store uses; Node's types leave it to those of browsers, which this layer does not have. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    private readonly compiled: never;
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Record<string, unknown>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

/** sql.js ships several builds of one API; its types name only the default one. */
declare module 'sql.js/dist/sql-wasm-debug.js' {
  const initSqlJs: (config: {
    print(text: string): void;
    printErr(text: string): void;
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): object;
  }) => Promise<unknown>;
  export default initSqlJs;
}
