import type { ListedPrice } from './priceBook.ts';

/** Providers whose models run on the user's own machines: a public list says nothing of what they cost. */
const LOCAL = /^(ollama|lm-?studio|llama|vllm|mlx|jan|gpt4all|local|custom|koboldcpp|tabby)/i;

/**
 * Finds a model in a public list by its full name (`vendor/model`, as agents write it of requests through a router), by provider and model,
 * or by the model alone where only one vendor has one of that name. Names are compared without case, and `4.5` is `4-5`.
 *
 * @returns its prices, newest first
 */
export function listedModel(
  list: readonly ListedPrice[],
): (provider: string, model: string) => readonly ListedPrice[] | undefined {
  const byId = new Map<string, ListedPrice[]>();
  for (const price of list) {
    const id = plain(price.id);
    byId.set(id, [...(byId.get(id) ?? []), price]);
  }
  const byName = new Map<string, ListedPrice[] | 'several'>();
  for (const [id, prices] of byId) {
    prices.sort((a, b) => b.fromMs - a.fromMs);
    const name = id.slice(id.indexOf('/') + 1);
    // Free of charge there is not free of charge elsewhere.
    if (name.includes(':') || prices.some((price) => price.input === 0 && price.output === 0)) continue;
    byName.set(name, byName.has(name) ? 'several' : prices);
  }
  return (provider, model) => {
    const name = plain(model);
    const exact = byId.get(name) ?? byId.get(`${plain(provider)}/${name}`);
    if (exact || LOCAL.test(provider)) return exact;
    const only = byName.get(name);
    return only === 'several' ? undefined : only;
  };
}

/** Without what Claude Code adds for the larger window: `[1m]`. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\[[^\]]*\]/g, '')
    .replaceAll('.', '-');
