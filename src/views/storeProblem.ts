import { label, plural } from './format.ts';

/** A mistake that the check of the store found, in the reader's language; what SQLite itself says of damage stays as it is. */
export function storeProblem(problem: string, locale: string): string {
  const [, first = '', rest = ''] = /^(?:The owners of )?(\d+) (.*)$/.exec(problem) ?? [];
  const count = Number(first);
  switch (rest) {
    case 'rows refer to rows that are missing.':
      return plural(
        count,
        '{0} row refers to one that is missing.',
        '{0} rows refer to ones that are missing.',
        locale,
      );
    case 'sums of quarter hours differ from their requests.':
      return plural(
        count,
        '{0} sum of a quarter hour differs from its requests.',
        '{0} sums of quarter hours differ from their requests.',
        locale,
      );
    case 'requests do not sum to their tokens.':
      return plural(
        count,
        'The owners of {0} request do not sum to its tokens.',
        'The owners of {0} requests do not sum to their tokens.',
        locale,
      );
    case 'sums of days by owner differ from their requests.':
      return plural(
        count,
        '{0} sum of a day by owner differs from its requests.',
        '{0} sums of days by owner differ from their requests.',
        locale,
      );
    default:
      return label(problem, 300);
  }
}
