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
