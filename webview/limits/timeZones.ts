/** Names that are offered for a time zone: UTC, the reader's own, then all that the browser knows. */
export const timeZones: string[] = [
  ...new Set(['UTC', Intl.DateTimeFormat().resolvedOptions().timeZone, ...Intl.supportedValuesOf('timeZone')]),
];
