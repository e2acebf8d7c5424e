import { setImmediate } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** Does one work after the other. */
export type Lane = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A lane in which a number of works may wait; the next is refused. Between two works the thread's other work has its turn. */
export function lane(most: number): Lane {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    if (waiting >= most)
      throw new Refusal(503, 'Too many questions are waiting for an answer.', { headers: { 'Retry-After': '1' } });
    waiting++;
    const mine = last.then(() => setImmediate()).then(work);
    last = mine.catch(() => undefined).finally(() => waiting--);
    return mine;
  };
}
