/**
 * Who wants to hear of one kind of event. What goes wrong in a listener, at once or later, is its own affair: the others hear all the same,
 * and whoever tells goes on.
 */
export interface Listeners<Event> {
  /** @param missed events from before, which the new listener is told soon */
  add(listener: (event: Event) => void, missed?: Iterable<Event>): { dispose(): void };
  tell(event: Event): void;
}

export function listeners<Event>(): Listeners<Event> {
  const known = new Set<(event: Event) => void>();
  return {
    add(listener, missed = []) {
      known.add(listener);
      for (const event of missed) queueMicrotask(() => known.has(listener) && tellOne(listener, event));
      return { dispose: () => void known.delete(listener) };
    },
    tell(event) {
      for (const listener of known) tellOne(listener, event);
    },
  };
}

function tellOne<Event>(listener: (event: Event) => unknown, event: Event): void {
  try {
    const answer = listener(event);
    if (answer instanceof Promise) answer.catch(console.error);
  } catch (error) {
    console.error(error);
  }
}
