import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../transcripts/json.ts';
import type { TranscriptFile } from '../transcripts/record.ts';
import { readRegularFile } from '../transcripts/regularFile.ts';
import type { LookupPlace, Root } from '../transcripts/root.ts';
import type { LineAgent, TranscriptReader } from './agent.ts';
import { readClaudeRecords } from './claudeCodeRecords.ts';
import { CLAUDE_WANTED } from './claudeCodeScan.ts';
import type { ClaudeFile } from './claudeCodeSession.ts';
import { MAIN_THREAD } from './event.ts';
import { fields, parseJson, text } from './fields.ts';

/**
 * Claude Code: `projects/<folder>/<session>.jsonl`, one file per session, and its subagents' files beside it (flat, before 2.1) or below
 * `<session>/subagents/`. Files are append-only and deleted after 30 days.
 */
export const claudeCode: LineAgent = {
  id: 'claude-code',
  label: 'Claude Code',
  form: 'lines',
  wanted: CLAUDE_WANTED,
  roots: claudeRoots,
  isTranscript: (relativePath) => layoutOf(relativePath) !== undefined,
  open(file: TranscriptFile, state?: JsonValue): TranscriptReader | undefined {
    const layout = layoutOf(file.relativePath);
    return layout && readClaudeRecords(describe(file, layout), state);
  },
};

function claudeRoots(place: LookupPlace): Root[] {
  const chosen = place.configured?.length ? place.configured : (place.env.CLAUDE_CONFIG_DIR ?? '').split(',');
  const folders = chosen.map((folder) => folder.trim()).filter((folder) => folder !== '');
  const xdgConfig = place.env.XDG_CONFIG_HOME || join(place.home, '.config');
  const usual = [join(place.home, '.claude'), join(xdgConfig, 'claude')];
  const roots = (folders.length > 0 ? folders : usual).map((folder) => {
    const expanded = folder.replace(/^~(?=$|[/\\])/, place.home);
    const config = expanded.replace(/[/\\](projects[/\\]?)?$/, '');
    return { path: join(config, 'projects'), ...(usual.includes(config) ? {} : { account: config }) };
  });
  // The desktop app does not heed the variable.
  return place.configured?.length ? roots : [...roots, ...desktopRoots(place, xdgConfig)];
}

/** The desktop app's own sessions: whole configuration folders, one per session, somewhere below. */
function desktopRoots(place: LookupPlace, xdgConfig: string): Root[] {
  const bases =
    place.platform === 'darwin'
      ? [join(place.home, 'Library', 'Application Support')]
      : place.platform === 'win32'
        ? [place.env.APPDATA || join(place.home, 'AppData', 'Roaming'), ...storeFolders(place)]
        : [xdgConfig];
  return bases.map((base) => ({ path: join(base, 'Claude', 'local-agent-mode-sessions') }));
}

/** Where the app keeps its files that came from the Microsoft Store. */
function storeFolders(place: LookupPlace): string[] {
  const packages = join(place.env.LOCALAPPDATA || join(place.home, 'AppData', 'Local'), 'Packages');
  try {
    return readdirSync(packages)
      .filter((name) => /claude/i.test(name))
      .map((name) => join(packages, name, 'LocalCache', 'Roaming'));
  } catch {
    return [];
  }
}

/** What a path below `projects` says. */
interface Layout {
  /** The session's id where the path holds it. */
  session?: string;
  /** The subagent's id; absent for a session's own file. */
  agent?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function layoutOf(relativePath: string): Layout | undefined {
  if (!relativePath.endsWith('.jsonl')) return undefined;
  const nested = relativePath.lastIndexOf('.claude/projects/');
  const parts = (nested < 0 ? relativePath : relativePath.slice(nested + '.claude/projects/'.length)).split('/');
  const stem = (parts.at(-1) ?? '').slice(0, -'.jsonl'.length);
  const agent = stem.startsWith('agent-') ? stem.slice('agent-'.length) : undefined;
  const subagents = parts.indexOf('subagents');
  if (subagents > 0) return agent ? { agent, session: parts[subagents - 1] } : undefined;
  const folder = parts[1] ?? '';
  // Some keep a folder for each session.
  if (parts.length !== 2 && (parts.length !== 3 || !UUID.test(folder))) return undefined;
  if (agent) return parts.length === 3 ? { agent, session: folder } : { agent };
  return UUID.test(stem) ? { session: stem } : {};
}

/** The agent writes these for its own ends; each replays messages of the conversation it was started from. */
const INNER_AGENTS: readonly [RegExp, string][] = [
  [/^a?compact/, 'compact'],
  [/^a?side_question|^btw/, 'side question'],
  [/^a?prompt_suggestion/, 'prompt suggestion'],
];

function describe(file: TranscriptFile, layout: Layout): ClaudeFile {
  const inner = INNER_AGENTS.find(([pattern]) => layout.agent !== undefined && pattern.test(layout.agent));
  const sidecar = layout.agent === undefined ? { agentName: undefined, launch: {} } : readSidecar(file.path);
  return {
    session: layout.session,
    fallbackSession: layout.agent ?? (file.relativePath.split('/').at(-1) ?? '').slice(0, -'.jsonl'.length),
    agent: layout.agent,
    agentName: inner?.[1] ?? sidecar.agentName,
    launch: sidecar.launch,
    isInner: inner !== undefined,
    account: file.account,
  };
}

/** What the small file says that newer versions write beside a subagent's transcript. */
function readSidecar(path: string): Pick<ClaudeFile, 'agentName' | 'launch'> {
  const beside = path.replace(/\.jsonl$/, '.meta.json');
  // Older versions write none: an error for every file would cost more than the look.
  if (!existsSync(beside)) return { agentName: undefined, launch: {} };
  try {
    const sidecar = fields(parseJson(readRegularFile(beside)));
    const call = text(sidecar?.toolUseId);
    // Versions that do not name the parent say at least when it is the main thread; deeper down the parent's own file tells.
    const parentThread = text(sidecar?.parentAgentId) ?? (sidecar?.spawnDepth === 1 ? MAIN_THREAD : undefined);
    return {
      agentName: text(sidecar?.agentType),
      launch: {
        ...(call === undefined ? {} : { launchCallId: call }),
        ...(parentThread === undefined ? {} : { parentThread }),
      },
    };
  } catch {
    return { agentName: undefined, launch: {} };
  }
}
