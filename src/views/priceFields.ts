import type { PriceFieldName } from './pricesView.ts';
import { t } from './text.ts';

/** How a field is called on the page, in files and in sentences. */
export function fieldLabel(field: PriceFieldName): string {
  switch (field) {
    case 'provider':
      return t('Provider');
    case 'model':
      return t('Model');
    case 'tier':
      return t('Tier');
    case 'from':
      return t('Valid from');
    case 'input':
      return t('Input');
    case 'output':
      return t('Output');
    case 'cacheRead':
      return t('Cache read');
    case 'cacheWrite5m':
      return t('Cache write 5 min');
    case 'cacheWrite1h':
      return t('Cache write 1 h');
    case 'webSearches':
      return t('Web searches');
  }
}
