import { t } from '../../src/views/text.ts';
import type { Tone } from '../../src/views/tone.ts';

/** What a tone says of a budget or a quota, for who does not see its colour. */
export function toneName(tone: Tone): string {
  switch (tone) {
    case 'normal':
      return t('within budget');
    case 'notice':
      return t('half used');
    case 'warning':
      return t('nearly used up');
    case 'critical':
      return t('at the limit');
  }
}
