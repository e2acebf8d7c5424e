import type { MeterView } from './meterView.ts';
import { t } from './text.ts';

/** The meter when there is nobody to ask for figures. */
export function errorMeter(message: string): MeterView {
  return {
    state: 'error',
    text: `$(warning) ${t('tokens')}`,
    tone: 'warning',
    accessibleLabel: t('Agent Token Meter: {0}', message),
    hover: { title: t('Agent Token Meter cannot read its figures'), lines: [message], figures: [] },
  };
}
