import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

/** A text that goes through `t`, `told` or `plural`, or one that should. */
export interface FoundText {
  text: string;
  /** `src/views/meter.ts:12` */
  at: string;
}

/** What one source file says to people. */
export interface SourceTexts {
  /** Keys: texts that are translated. */
  keys: FoundText[];
  /** Calls whose key is not a literal, so that nobody can collect it. */
  dynamic: FoundText[];
  /** Texts that seem to be shown and are not translated. */
  bare: FoundText[];
}

const root = path.join(import.meta.dirname, '../../..');

/** Files below some folders of the project that hold code, as paths from its root. */
export const sourceFiles = (...folders: string[]): string[] =>
  folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.d.ts'));

export const readSource = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Which arguments of a call are keys. */
const KEY_ARGUMENTS: Record<string, number[]> = { t: [0], told: [0], plural: [1, 2] };

/** Properties and attributes whose text is shown or spoken. */
const SHOWN =
  /^(label|title|text|detail|caption|hint|notice|how|placeholder|placeHolder|alt|prompt|tooltip|description|saveLabel|openLabel|message|aria-(label|description|valuetext|roledescription|placeholder)|accessibleLabel|toolTip|summary|name)$/;
/** Words, as people write them: `Show Usage`, `of all tokens`, but no identifier, path, selector or format. */
const isSentence = (text: string): boolean =>
  /\p{L}{2,},? \p{L}{2,}/u.test(text) && !/[{};=<>]|^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(text);
const isLabel = (text: string): boolean => /^\p{Lu}\p{Ll}+|\p{L}{2,} \p{L}{2,}/u.test(text.trim());
/** Words beside a figure: ` tokens`, ` of `. */
const isWordBesideFigure = (text: string): boolean =>
  /(^|[\s(])\p{L}{2,}([\s.,:;!?)]|$)/u.test(text) && /\s|^\p{Lu}/u.test(text);

/** Without icons and the addresses of commands, which are no words. */
const withoutCode = (text: string): string => text.replace(/\$\([\w~-]+\)|\(command:[\w.]+/g, '');

/** What a file of the sources says. @param text its content */
export function sourceTexts(file: string, text: string): SourceTexts {
  return file.endsWith('.svelte') ? svelteTexts(file, text) : scriptTexts(file, text);
}

function scriptTexts(file: string, text: string): SourceTexts {
  const found: SourceTexts = { keys: [], dynamic: [], bare: [] };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const at = (node: ts.Node): string =>
    `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
  const keysOf = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) found.keys.push({ text: node.text, at: at(node) });
    else if (ts.isConditionalExpression(node)) for (const side of [node.whenTrue, node.whenFalse]) keysOf(side);
    else if (ts.isParenthesizedExpression(node)) keysOf(node.expression);
    else found.dynamic.push({ text: node.getText(source), at: at(node) });
  };
  /** An error's own text is for logs, unless it is one that is told. */
  const saidIn = (node: ts.Node): void => {
    const name = ts.isCallExpression(node) ? calledName(node.expression) : undefined;
    if (ts.isCallExpression(node) && name !== undefined)
      for (const index of KEY_ARGUMENTS[name] ?? []) if (node.arguments[index]) keysOf(node.arguments[index]);
    ts.forEachChild(node, saidIn);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isThrowStatement(node)) {
      saidIn(node);
      return;
    }
    if (ts.isCaseClause(node)) {
      for (const statement of node.statements) visit(statement);
      return;
    }
    if (ts.isCallExpression(node)) {
      const name = calledName(node.expression);
      const keys = name === undefined ? undefined : KEY_ARGUMENTS[name];
      if (keys) {
        for (const [index, argument] of node.arguments.entries())
          if (keys.includes(index)) keysOf(argument);
          else visit(argument);
        return;
      }
      if (name === 'log') return;
    }
    if (ts.isStringLiteralLike(node)) {
      const parent = node.parent;
      if (ts.isPropertyAssignment(parent) && parent.name === node) return;
      const isShown =
        (ts.isPropertyAssignment(parent) && parent.initializer === node && SHOWN.test(parent.name.getText(source))) ||
        (ts.isBinaryExpression(parent) &&
          parent.right === node &&
          /\.(title|placeholder|text|name|tooltip|label)$/.test(parent.left.getText(source)));
      if (isSentence(node.text) || (isShown && isLabel(node.text))) found.bare.push({ text: node.text, at: at(node) });
      return;
    }
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) =>
        withoutCode(part.text),
      );
      const isKey = ts.isPropertyAssignment(node.parent) && node.parent.name.getText(source) === 'key';
      if (!isKey && parts.some(isWordBesideFigure)) found.bare.push({ text: node.getText(source), at: at(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `t` of `t(…)`, `vscode.l10n.t(…)`; `log` of `log.info(…)`. */
function calledName(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const owner = callee.expression.getText();
  if (/(^|\.)l10n$/.test(owner)) return callee.name.text;
  return /(^|\.)(log|console)$/.test(owner) || callee.expression.kind === ts.SyntaxKind.RegularExpressionLiteral
    ? 'log'
    : undefined;
}

/** A node of Svelte's tree: its markup's own nodes and ESTree's of the expressions in it. */
interface Node {
  type: string;
  start?: number;
  [field: string]: unknown;
}

function svelteTexts(file: string, text: string): SourceTexts {
  const tree = parse(text, { modern: true }) as unknown as { fragment: Node; instance?: Node; module?: Node };
  const found: SourceTexts = { keys: [], dynamic: [], bare: [] };
  // Scripts are read as TypeScript, on the lines where they stand.
  for (const [script] of text.matchAll(/<script[^>]*>[\s\S]*?<\/script>/g)) {
    const from = text.indexOf(script);
    const code = script.replace(/^<script[^>]*>|<\/script>$/g, (tag) => ' '.repeat(tag.length));
    const blank = text.slice(0, from).replace(/[^\n]/g, ' ');
    const inside = scriptTexts(file, blank + code);
    for (const kind of ['keys', 'dynamic', 'bare'] as const) found[kind].push(...inside[kind]);
  }
  const at = (node: Node): string => `${file}:${text.slice(0, node.start ?? 0).split('\n').length}`;
  const source = (node: Node): string => text.slice(node.start ?? 0, (node as { end?: number }).end);
  const keysOf = (node: Node): void => {
    if (node.type === 'Literal' && typeof node.value === 'string') found.keys.push({ text: node.value, at: at(node) });
    else if (node.type === 'TemplateLiteral' && (node.expressions as Node[]).length === 0)
      found.keys.push({ text: cooked((node.quasis as Node[])[0]), at: at(node) });
    else if (node.type === 'ConditionalExpression')
      for (const side of [node.consequent, node.alternate]) keysOf(side as Node);
    else found.dynamic.push({ text: source(node), at: at(node) });
  };
  const visit = (node: Node, attribute?: string): void => {
    switch (node.type) {
      case 'Comment':
        return;
      case 'Text': {
        const words = String(node.data);
        const isShown =
          attribute === undefined ? /\p{L}{2,}/u.test(words) : SHOWN.test(attribute) && /\p{L}{2,}/u.test(words);
        if (isShown) found.bare.push({ text: words.trim(), at: at(node) });
        return;
      }
      case 'StyleDirective':
      case 'ClassDirective':
        for (const part of [node.value, node.expression].flat()) if (isNode(part)) visit(part, 'style');
        return;
      case 'Attribute':
        for (const part of [node.value].flat()) if (isNode(part)) visit(part, String(node.name));
        return;
      case 'CallExpression': {
        const callee = node.callee as Node;
        const keys = KEY_ARGUMENTS[String(callee.type === 'Identifier' ? callee.name : '')];
        for (const [index, argument] of (node.arguments as Node[]).entries())
          if (keys?.includes(index)) keysOf(argument);
          else visit(argument, keys ? undefined : attribute);
        if (!keys) visit(callee);
        return;
      }
      case 'Literal': {
        const words = typeof node.value === 'string' ? node.value : '';
        const isShown = attribute === undefined || SHOWN.test(attribute);
        if (isSentence(words) && !/^(style|class|d|points|transform|viewBox)/.test(attribute ?? ''))
          found.bare.push({ text: words, at: at(node) });
        else if (isShown && isLabel(words)) found.bare.push({ text: words, at: at(node) });
        return;
      }
      case 'TemplateLiteral': {
        const parts = (node.quasis as Node[]).map(cooked);
        const isStyle =
          /^(style|class|d|points|transform|viewBox|clip-path|fill|stroke|id|aria-(controls|labelledby|describedby|activedescendant))/.test(
            attribute ?? '',
          );
        if (!isStyle && parts.some(isWordBesideFigure)) found.bare.push({ text: source(node), at: at(node) });
        for (const expression of node.expressions as Node[]) visit(expression, attribute);
        return;
      }
      case 'BinaryExpression':
      case 'SwitchCase':
        // compared, not shown
        if (['===', '!==', '=='].includes(String(node.operator))) return;
    }
    for (const [field, value] of Object.entries(node)) {
      if (field === 'css' || field === 'metadata' || field === 'typeAnnotation') continue;
      for (const child of [value].flat()) if (isNode(child)) visit(child, attribute);
    }
  };
  visit(tree.fragment);
  return found;
}

/** The text of a part of a template literal. */
const cooked = (quasi: Node | undefined): string => (quasi?.value as { cooked: string } | undefined)?.cooked ?? '';

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
