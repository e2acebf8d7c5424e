import type { RequestListRow } from '../queries/requests.ts';
import { requestsByIds } from '../queries/requests.ts';
import type { Reader } from '../store/reader.ts';

/** A list of requests as it was made once, so that whoever reads in it keeps his place whatever comes and goes. */
export interface KeptOrder {
  name: string;
  /** What it is a list of. */
  question: string;
  total: number;
  /** All of it, in order. */
  ids(): Uint32Array;
  /** Some of it, where that is known without all of it. */
  idsAtHead?(from: number, count: number): Uint32Array | undefined;
  /** The newest request that was stored when it was made. */
  newestId: number;
  /** State of the store that it was made from. */
  commits: number;
}

/** Lists of this many pages stay: 4 bytes a request each; of long ones fewer, but that of one page beside another. */
const MOST_ORDERS = 6;
const LEAST_ORDERS = 2;
const MOST_BYTES = 16e6;

export interface RequestOrders {
  find(name: string | undefined): KeptOrder | undefined;
  keep(order: Omit<KeptOrder, 'name'>): KeptOrder;
}

/** @param seed tells the lists of this engine from those of one before */
export function requestOrders(seed: string): RequestOrders {
  /** Least recently asked for first. */
  const orders = new Map<string, KeptOrder>();
  let count = 0;
  return {
    find(name) {
      const order = name === undefined ? undefined : orders.get(name);
      if (order) {
        orders.delete(order.name);
        orders.set(order.name, order);
      }
      return order;
    },
    keep(order) {
      const kept = { ...order, name: `${seed}-${++count}` };
      orders.set(kept.name, kept);
      let bytes = 0;
      for (const { total } of orders.values()) bytes += 4 * total;
      for (const [name, { total }] of orders) {
        if (orders.size <= LEAST_ORDERS || (orders.size <= MOST_ORDERS && bytes <= MOST_BYTES)) break;
        bytes -= 4 * total;
        orders.delete(name);
      }
      return kept;
    },
  };
}

/** The ids of some rows of a list. */
export const idsOfOrder = (order: KeptOrder, from: number, count: number): Uint32Array =>
  order.idsAtHead?.(from, count) ?? order.ids().subarray(from, from + count);

/** Some rows of a list; `undefined` for those that the store holds no more. */
export function rowsOfOrder(
  reader: Reader,
  order: KeptOrder,
  from: number,
  count: number,
): (RequestListRow | undefined)[] {
  const wanted = [...idsOfOrder(order, from, count)];
  const found = new Map(requestsByIds(reader, wanted).map((row) => [row.id, row]));
  return wanted.map((id) => found.get(id));
}
