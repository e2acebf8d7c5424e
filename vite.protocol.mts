import { createHash } from 'node:crypto';
import path from 'node:path';
import ts from 'typescript';

/** Where the questions, the answers and what is told without being asked are declared, and by which names. */
const ROOT_FILE = 'src/engine/engineApi.ts';
const ROOTS = ['EngineApi', 'EngineEvents'];

/**
 * Stands for everything that windows say to each other: the declarations of the engine's interface and of every type of ours that it leads
 * to, without comments and without regard to where they stand. Whoever changes one of them has another protocol.
 *
 * @param files texts that count instead of those on the disk, by absolute path
 */
export function protocolHash(files: Readonly<Record<string, string>> = {}): string {
  return createHash('sha256').update(protocolText(files)).digest('hex').slice(0, 16);
}

/** What is hashed: readable, to see what differs. */
export function protocolText(files: Readonly<Record<string, string>> = {}): string {
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
  const program = ts.createProgram([path.resolve(import.meta.dirname, ROOT_FILE)], options, host);
  const checker = program.getTypeChecker();
  const printer = ts.createPrinter({ removeComments: true });
  const own = path.resolve(import.meta.dirname, 'src') + path.sep;
  const told = new Map<ts.Node, string>();

  const tell = (declaration: ts.Node): void => {
    const source = declaration.getSourceFile();
    if (told.has(declaration) || !path.resolve(source.fileName).startsWith(own)) return;
    told.set(declaration, printer.printNode(ts.EmitHint.Unspecified, declaration, source));
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

  const root = program.getSourceFile(path.resolve(import.meta.dirname, ROOT_FILE));
  root?.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node) && ROOTS.includes(node.name.text)) tell(node);
  });
  if (told.size < ROOTS.length) throw new Error(`${ROOT_FILE} does not declare ${ROOTS.join(' and ')}`);
  return [...told.values()].sort().join('\n');
}
