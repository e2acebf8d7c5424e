/** Whether a version (`major.minor.patch`, what follows is ignored) is newer than another one. What is no version is older than all. */
export function isNewerVersion(version: string, other: string): boolean {
  const [ours, theirs] = [parts(version), parts(other)];
  const differs = ours.findIndex((part, index) => part !== theirs[index]);
  return differs >= 0 && (ours[differs] as number) > (theirs[differs] as number);
}

function parts(version: string): [number, number, number] {
  const found = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : [-1, -1, -1];
}
