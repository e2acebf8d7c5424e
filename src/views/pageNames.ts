import { t } from './text.ts';

/**
 * The pages of the navigation. Another one is a name here, its content in `src/editor/pages.ts`, and its script
 * `webview/<file>.ts` in `vite.config.mts` and `knip.json`.
 */
export const PAGE_NAMES = [
  // In the order in which they stand.
  'usage',
  'requests',
  'attribution',
  'limits',
  'prices',
  'health',
] as const;

export type PageName = (typeof PAGE_NAMES)[number];

/** How a page is called where one goes from page to page. */
export function pageLabel(name: PageName): string {
  switch (name) {
    case 'usage':
      return t('Usage');
    case 'requests':
      return t('Requests');
    case 'attribution':
      return t('What consumed my tokens');
    case 'prices':
      return t('Prices');
    case 'limits':
      return t('Limits');
    case 'health':
      return t('Health');
  }
}
