/** Who wants to hear of one kind of event. A listener that throws does not keep the others from hearing. */
export interface Listeners<Event> {
  add(listener: (event: Event) => void): { dispose(): void };
  tell(event: Event): void;
}

export function listeners<Event>(): Listeners<Event> {
  const known = new Set<(event: Event) => void>();
  return {
    add(listener) {
      known.add(listener);
      return { dispose: () => void known.delete(listener) };
    },
    tell(event) {
      for (const listener of known) {
        try {
          listener(event);
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}
