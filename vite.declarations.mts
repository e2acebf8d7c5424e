import path from 'node:path';
import ts from 'typescript';

/**
 * The declarations of some types and of every type of ours that they lead to, in the order in which they are met.
 *
 * @param rootFile where the types are declared
 * @param roots their names
 * @param files texts that count instead of those on the disk, by absolute path
 */
export function declarationsFrom(
  rootFile: string,
  roots: readonly string[],
  files: Readonly<Record<string, string>> = {},
): ts.Node[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (name) => files[path.resolve(name)] ?? readFile(name);
  // What comes from elsewhere is not ours to change.
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => {
      if (!text.startsWith('.') || !text.endsWith('.ts')) return { resolvedModule: undefined };
      const resolvedFileName = path.resolve(path.dirname(from), text);
      return { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts, isExternalLibraryImport: false } };
    });
  const program = ts.createProgram([path.resolve(import.meta.dirname, rootFile)], options, host);
  const checker = program.getTypeChecker();
  const own = path.resolve(import.meta.dirname, 'src') + path.sep;
  const told = new Set<ts.Node>();

  const tell = (declaration: ts.Node): void => {
    const source = declaration.getSourceFile();
    if (told.has(declaration) || !path.resolve(source.fileName).startsWith(own)) return;
    told.add(declaration);
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) for (const found of declarationsOf(node)) tell(found);
      node.forEachChild(visit);
    };
    visit(declaration);
  };

  /** The statements that declare what a name stands for. */
  const declarationsOf = (name: ts.Identifier): ts.Node[] => {
    let symbol = checker.getSymbolAtLocation(name);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
    return (symbol?.declarations ?? []).flatMap((declaration): ts.Node[] => {
      const isTopLevel = (node: ts.Node): boolean => ts.isSourceFile(node.parent);
      if (ts.isVariableDeclaration(declaration)) return isTopLevel(declaration.parent.parent) ? [declaration] : [];
      const isNamed = ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
      return isNamed && isTopLevel(declaration) ? [declaration] : [];
    });
  };

  const root = program.getSourceFile(path.resolve(import.meta.dirname, rootFile));
  root?.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node) && roots.includes(node.name.text)) tell(node);
  });
  if (told.size < roots.length) throw new Error(`${rootFile} does not declare ${roots.join(' and ')}`);
  return [...told];
}
