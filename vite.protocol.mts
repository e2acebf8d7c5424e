import { createHash } from 'node:crypto';
import ts from 'typescript';
import { declarationsFrom } from './vite.declarations.mts';

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
  const printer = ts.createPrinter({ removeComments: true });
  return declarationsFrom(ROOT_FILE, ROOTS, files)
    .map((declaration) => printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile()))
    .sort()
    .join('\n');
}
