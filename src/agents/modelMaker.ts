/** Who made a model, by the beginning of its name; `undefined` when the name does not tell. Some agents record no provider. */
export function modelMaker(model: string): string | undefined {
  if (/(^|[./])(claude|opus|sonnet|haiku)/i.test(model)) return 'anthropic';
  if (/(^|\/)(gpt|o\d|codex|chatgpt)/i.test(model)) return 'openai';
  if (/(^|\/)(gemini|gemma)/i.test(model)) return 'google';
  if (/(^|\/)grok/i.test(model)) return 'x-ai';
  if (/(^|\/)(mistral|codestral|devstral|magistral)/i.test(model)) return 'mistral';
  if (/(^|\/)deepseek/i.test(model)) return 'deepseek';
  return undefined;
}
