import { type AccountRules, type CallerAccount, type CallerFacts, COST_LISTED } from './accountRules.ts';
import type { Connection } from './connection.ts';

/** Whose the requests of each caller are: it stands in the store, so that every question has the same answer. */
export interface CallerAccounts {
  /** From now on these rules hold for what is stored. @returns whether what is stored already was assigned by others */
  use(rules: AccountRules): boolean;
  /** Carries them to everything that is stored. */
  assignAll(): void;
  /** A session has got a caller, or was told of a folder or an account. */
  touch(sessionId: number): void;
  /** Carries the rules to what was touched; part of the transaction that did it. */
  settle(): void;
  /** Forgets what was touched: after a rollback it is not there. */
  clear(): void;
  /** How often callers that were known before went to another account. */
  moves(): number;
}

interface CallerRow extends CallerFacts {
  id: number;
  assigned: string | null;
  costShown: number;
}

const NONE: AccountRules = { mark: '', of: () => ({ account: null, costShown: COST_LISTED }) };

export function callerAccounts(connection: Connection): CallerAccounts {
  let rules = NONE;
  let moves = 0;
  const touched = new Set<number>();
  const mostKnown = (): number => Number(connection.first('SELECT coalesce(max(id), 0) FROM callers')?.[0]);
  let known = mostKnown();

  const assign = (rows: readonly CallerRow[]): void => {
    const found = new Map<string, CallerAccount>();
    let isMove = false;
    for (const { id, assigned, costShown, ...facts } of rows) {
      const key = JSON.stringify(facts);
      const wanted = found.get(key) ?? rules.of(facts);
      found.set(key, wanted);
      if (wanted.account === assigned && wanted.costShown === costShown) continue;
      connection.run('UPDATE callers SET account = ?, cost_shown = ? WHERE id = ?', [
        wanted.account,
        wanted.costShown,
        id,
      ]);
      isMove ||= id <= known;
    }
    if (isMove) moves++;
  };

  return {
    use(next) {
      rules = next;
      return connection.first('SELECT mark FROM account_rules')?.[0] !== next.mark;
    },
    assignAll() {
      // Without rules nothing is touched: callers that came since are known too.
      known = mostKnown();
      assign(connection.all<CallerRow>(CALLERS, {}));
      connection.run('UPDATE account_rules SET mark = ?', [rules.mark]);
      touched.clear();
    },
    touch(sessionId) {
      if (rules.mark !== '') touched.add(sessionId);
    },
    settle() {
      if (touched.size === 0) return;
      const sessions = JSON.stringify([...touched]);
      assign(
        connection.all<CallerRow>(`${CALLERS} WHERE c.session_id IN (SELECT value FROM json_each(:sessions))`, {
          ':sessions': sessions,
        }),
      );
      touched.clear();
      known = mostKnown();
    },
    clear: () => touched.clear(),
    moves: () => moves,
  };
}

const CALLERS = `
  SELECT c.id, s.agent, c.provider, s.workspace, s.account, s.user, c.account AS assigned, c.cost_shown AS costShown
  FROM callers c JOIN sessions s ON s.id = c.session_id`;
