import type { DeliveredRequest } from '../store/deliveries.ts';
import { identityOf } from '../store/identity.ts';

/** Who makes requests, as the team is told. */
export interface TeamCaller {
  caller: string;
  session: string;
  user_name: string;
  workspace: string;
  agent: string;
  agent_name: string;
  provider: string;
  model: string;
}

export const PUSH = 'SELECT atm.push($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)';
export const REMOVE = 'SELECT atm.remove($1, $2, $3, $4)';

/** The figures that the tables take: no agent has used as much with one request. */
const MOST_TOKENS = 1e12;

/** What a machine tells of one account, as the values of `PUSH`. @param callerOf the team's id of a caller */
export function pushValues(
  batch: { account: string; machine: string; number: number; callers: readonly TeamCaller[] },
  requests: readonly DeliveredRequest[],
  callerOf: (callerId: number) => string,
): unknown[] {
  const column = <Value>(of: (request: DeliveredRequest) => Value): Value[] => requests.map(of);
  const tokens = (name: 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output' | 'reasoning'): number[] =>
    requests.map((request) => Math.min(Math.max(0, Math.trunc(request[name])), MOST_TOKENS));
  return [
    batch.account,
    batch.machine,
    batch.number,
    JSON.stringify(batch.callers),
    column(({ agent, requestKey }) => requestIdentity(agent, requestKey)),
    column(({ callerId }) => callerOf(callerId)),
    column(({ atMs }) => atMs),
    tokens('input'),
    tokens('cacheRead'),
    tokens('cacheWrite5m'),
    tokens('cacheWrite1h'),
    tokens('output'),
    tokens('reasoning'),
    column(({ costUsd }) => (costUsd === null ? null : nanoUsd(costUsd))),
    column(({ estimated }) => estimated === 1),
    column(({ startsTask }) => startsTask === 1),
  ];
}

/** The same for every copy of a request's record, on every machine. */
export const requestIdentity = (agent: string, requestKey: string): string => identityOf('request', agent, requestKey);

/** Whole billionths of a dollar: sums of these are exact in any order. */
export const nanoUsd = (usd: number): number => Math.min(Math.max(0, Math.round(usd * 1e9)), 1e15);
