/**
 * Arrow keys from one row's buttons to those of the next, beside the way by Tab: up and down by rows, left and right within one, Home and End to
 * the first and the last row. Keys in anything but a button are left alone.
 */
export function rowKeys(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.localName !== 'button') return;
  const rows = [...event.currentTarget.querySelectorAll('tr')]
    .map((row) => [...row.querySelectorAll<HTMLElement>('td > button')])
    .filter((buttons) => buttons.length > 0);
  const at = rows.findIndex((buttons) => buttons.includes(target));
  const row = rows[at];
  if (!row) return;
  const place = row.indexOf(target);
  const inRow = (buttons: HTMLElement[] | undefined): HTMLElement | undefined =>
    buttons?.[Math.min(place, buttons.length - 1)];
  const next = {
    ArrowDown: () => inRow(rows[at + 1]),
    ArrowUp: () => inRow(rows[at - 1]),
    ArrowRight: () => row[place + 1],
    ArrowLeft: () => row[place - 1],
    Home: () => inRow(rows[0]),
    End: () => inRow(rows.at(-1)),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  next()?.focus();
}
