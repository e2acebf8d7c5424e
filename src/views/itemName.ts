import { label } from './format.ts';
import { t } from './text.ts';

/** As agents' modules call the parts of a prompt's head. */
const HEAD_PARTS: Record<string, () => string> = {
  'system prompt': () => t('system prompt'),
  'tool definitions': () => t('tool definitions'),
  'deferred tools': () => t('deferred tools'),
  skills: () => t('skills'),
  subagents: () => t('subagents'),
  apps: () => t('apps'),
  environment: () => t('environment'),
  reminders: () => t('reminders'),
};

/** The definitions of an MCP server's tools. */
const DEFINITIONS = /^mcp:(.+) definitions$/;

/** An item as people read it: a part of the prompt's head in their language, anything else by its foreign name, cleaned but not escaped. */
export function itemName(kind: string, target: string, length: number): string {
  if (kind !== 'system') return label(target, length);
  const server = DEFINITIONS.exec(target)?.[1];
  if (server !== undefined) return t('definitions of MCP server {0}', label(server, length));
  return Object.hasOwn(HEAD_PARTS, target) ? (HEAD_PARTS[target]?.() ?? '') : label(target, length);
}
