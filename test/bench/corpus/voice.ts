import type { Random } from '../../fuzz/random.ts';
import type { Texts } from './text.ts';
import type { Truth } from './truth.ts';

/** What transcripts are made of: chance, filler, and the account of what is true. */
export interface CorpusVoice {
  random: Random;
  texts: Texts;
  truth: Truth;
}
