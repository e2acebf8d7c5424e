import type { Connection } from './connection.ts';

/** What was told about limits and is not to be told again, as one text; it belongs to the machine, not to a window. */
export interface AlertMemory {
  read(): string | undefined;
  /** Stored when it returns. Throws `SqliteError`. */
  write(state: string): void;
}

export function alertMemory(connection: Connection): AlertMemory {
  return {
    read() {
      const state = connection.first('SELECT state FROM alerts WHERE id = 1')?.[0];
      return typeof state === 'string' ? state : undefined;
    },
    write(state) {
      connection.run(
        'INSERT INTO alerts (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
        [state],
      );
    },
  };
}
