import type { ThoughtsPlace } from './geminiUsage.ts';

/** Who makes a model, by the beginning of its name: Qwen Code talks to any provider and records none. */
const MAKERS: readonly [RegExp, string][] = [
  [/^(qwen|qwq|coder-model|vision-model)/, 'alibaba'],
  [/^(gemini|gemma)/, 'google'],
  [/^claude/, 'anthropic'],
  [/^(gpt|o\d|codex|chatgpt)/, 'openai'],
  [/^deepseek/, 'deepseek'],
  [/^glm/, 'zai'],
  [/^(kimi|moonshot)/, 'moonshotai'],
  [/^minimax/, 'minimax'],
  [/^(mistral|codestral|devstral|magistral)/, 'mistral'],
  [/^grok/, 'x-ai'],
];

/** The provider of a model; `maker/model` names it. */
export function qwenProvider(model: string): string {
  const name = model.toLowerCase();
  const maker = MAKERS.find(([pattern]) => pattern.test(name))?.[1];
  const slash = name.indexOf('/');
  return maker ?? (slash > 0 ? name.slice(0, slash) : 'other');
}

/** Only Google's own API counts thoughts beside the output. */
export function qwenThoughts(model: string): ThoughtsPlace {
  return /^gem(ini|ma)/i.test(model) ? 'beside' : 'inside';
}
