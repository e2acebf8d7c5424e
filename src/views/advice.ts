import type { AdviceInput } from './adviceRule.ts';
import { RULES } from './adviceRules.ts';
import type { AdviceCard } from './attributionView.ts';
import { type CostOfPicture, costWords } from './costShown.ts';
import { compactTokens, usd } from './format.ts';
import { t } from './text.ts';

/** Something that would save tokens, with the figures behind it. Texts may hold foreign names, cleaned but not escaped. */
export interface Advice {
  /** The same as long as it is about the same. */
  id: string;
  rule: string;
  /** `store.ts was read 4 times` */
  title: string;
  /** How the saving was computed, in a sentence. */
  detail: string;
  /** What of the thread it is about: two pieces of advice do not speak of the same. */
  subject: string;
  savesTokens: number;
  /**
   * `perTurn`: with each further request, as long as they are in the context. `once`: they need not have entered it. `price`: they are sent
   * all the same, but could have been read from the cache.
   */
  saving: 'perTurn' | 'once' | 'price';
  isEstimate: boolean;
  /** `price`: US dollars that would not have been spent; else what was spent on it so far. `null` = unpriced, or not known. */
  savesUsd: number | null;
  /** How costs are called. */
  cost?: CostOfPicture;
  action?: AdviceAction;
}

export type AdviceAction =
  | { kind: 'openFile'; path: string }
  | { kind: 'copyText'; text: string; label: string }
  | { kind: 'openPage'; page: 'dashboard' };

/** At most so many are shown at a time. */
export const MOST_ADVICE = 3;

/** What would save tokens in a thread, most first; nothing where no rule finds enough. At most one of each rule. */
export function adviceFor(input: AdviceInput): Advice[] {
  const found = RULES.flatMap((rule) => {
    const most = rule.find(input).toSorted((a, b) => b.savesTokens - a.savesTokens)[0];
    return most ? [{ rule: rule.id, id: `${rule.id}:${most.subject}`, ...most, cost: input.cost }] : [];
  }).toSorted((a, b) => b.savesTokens - a.savesTokens);
  const subjects = new Set<string>();
  return found.filter(({ subject }) => {
    const isNew = !subjects.has(subject);
    subjects.add(subject);
    return isNew;
  });
}

/** `≈ −38k tokens · $0.12`, `−22k tokens a turn · $0.31 so far`, `90k tokens at the cache's price · −$0.40` */
export function savingText({ savesTokens, saving, isEstimate, savesUsd, cost: shown }: Advice, locale: string): string {
  const tokens = `${isEstimate ? '≈ ' : ''}${saving === 'price' ? '' : '−'}${compactTokens(savesTokens, locale)}`;
  const cost = savesUsd !== null && savesUsd >= LEAST_USD ? costWords(usd(savesUsd, locale), shown) : undefined;
  switch (saving) {
    case 'perTurn':
      return cost === undefined ? t('{0} tokens a turn', tokens) : t('{0} tokens a turn · {1} so far', tokens, cost);
    case 'once':
      return cost === undefined ? t('{0} tokens', tokens) : t('{0} tokens · {1}', tokens, cost);
    case 'price':
      return cost === undefined
        ? t("{0} tokens at the cache's price", tokens)
        : t("{0} tokens at the cache's price · −{1}", tokens, cost);
  }
}

const LEAST_USD = 0.01;

/** Advice as the page shows it. */
export function adviceCard(advice: Advice, locale: string): AdviceCard {
  const { id, title, detail, action } = advice;
  return { id, title, saving: savingText(advice, locale), how: detail, ...(action && { action: cardAction(action) }) };
}

function cardAction(action: AdviceAction): NonNullable<AdviceCard['action']> {
  switch (action.kind) {
    case 'openFile':
      return { type: 'openFile', label: t('Open file'), path: action.path };
    case 'copyText':
      return { type: 'copy', label: action.label, text: action.text };
    case 'openPage':
      return { type: 'showUsage', label: t('Show usage') };
  }
}
