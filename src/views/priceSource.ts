import { LIBRARY, LIBRARY_VERSION, LISTED, OWN, RECORDED } from '../ledger/priceMarks.ts';
import { label } from './format.ts';
import { sentences, t } from './text.ts';

/** Where the price of a request comes from. */
export interface PriceOrigin {
  /** `genai-prices 0.1.8`, `OpenRouter`, `Yours`, `Recorded`, `Unpriced` */
  short: string;
  /** A sentence. */
  sentence: string;
}

/**
 * @param source as it is stored with the request; `null` = unpriced
 * @param otherwisePriced its provider, where the price is that of another one (`isOfOtherProvider`)
 */
export function priceOrigin(source: string | null, otherwisePriced?: string): PriceOrigin {
  if (source === null)
    return { short: t('Unpriced'), sentence: t('It has no price: the model or its tier is in no price list.') };
  if (source === RECORDED) return { short: t('Recorded'), sentence: t('Its cost is the one that the agent recorded.') };
  if (source === OWN) return { short: t('Yours'), sentence: t('Its price is the one that you set.') };
  if (source.startsWith(LISTED))
    return {
      short: 'OpenRouter',
      sentence: t('Its price is that of {0} in OpenRouter’s public list.', label(source.slice(LISTED.length))),
    };
  const [listed = '', factor] = source.slice(source.startsWith(LIBRARY) ? LIBRARY.length : 0).split('*');
  const short = `genai-prices ${LIBRARY_VERSION}`;
  return {
    short,
    sentence: sentences(
      factor === undefined
        ? t('Its price is that of {0} in {1}.', label(listed), short)
        : t('Its price is that of {0} in {1}, times {2} for its tier.', label(listed), short, factor),
      otherwisePriced === undefined
        ? undefined
        : t('That list has no price of the provider {0} for this model.', label(otherwisePriced) || t('(no name)')),
    ),
  };
}
