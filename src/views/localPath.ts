const CONTROL = /\p{Cc}/u;

/**
 * The file on this machine that a transcript's target names, as an absolute path; `undefined` for anything else. A relative one lies in the
 * session's workspace. Shares of other machines, ways upwards, addresses and control characters are no files of this machine.
 */
export function localPath(target: string, workspace: string | null): string | undefined {
  if (target === '' || target.length > 4096 || CONTROL.test(target)) return undefined;
  if (target.split(/[/\\]/).includes('..')) return undefined;
  if (isAbsolute(target)) return target;
  if (/^[/\\~]/.test(target) || target.includes(':')) return undefined;
  if (workspace === null || !isAbsolute(workspace) || CONTROL.test(workspace)) return undefined;
  return `${workspace.replace(/[/\\]+$/, '')}${workspace.startsWith('/') ? '/' : '\\'}${target.replace(/^(\.[/\\]+)+/, '')}`;
}

/** `/a`, but not `//server/share`; `C:\a` or `C:/a`. */
const isAbsolute = (path: string): boolean => /^\/(?![/\\])/.test(path) || /^[A-Za-z]:[/\\]/.test(path);
