import type { MeterView } from './meterView.ts';

/** The meter when there is nobody to ask for figures. */
export function errorMeter(message: string): MeterView {
  return {
    state: 'error',
    text: '$(warning) tokens',
    tone: 'warning',
    accessibleLabel: `Agent Token Meter: ${message}`,
    hover: { title: 'Agent Token Meter cannot read its figures', lines: [message], figures: [] },
  };
}
