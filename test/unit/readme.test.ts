import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AGENT_IDS, ALL_AGENTS } from '../../src/agents/allAgents.ts';

const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');
/** The cells of the table of agents, by the id in the setting. */
const rows = new Map(
  [...readme.matchAll(/^\| (.+?) +\| (.+?) +\| `agentTokenMeter\.paths\.([\w-]+)` +\|$/gm)].map(
    ([, label, places, id]) => [id ?? '', { label, places: places ?? '' }],
  ),
);
/** The system's own folders for data, which the table does not name. */
const SYSTEM = new Set(['APPDATA', 'LOCALAPPDATA']);
/** Where an editor keeps the data of its extensions: "in every editor". */
const EDITOR = ['VSCODE_PORTABLE', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'];

describe('the table of agents in the README', () => {
  it('has a row for every agent, under its name', () =>
    assert.deepEqual(
      AGENT_IDS.map((id) => [id, rows.get(id)?.label]),
      AGENT_IDS.map((id) => [id, ALL_AGENTS.find((agent) => agent.id === id)?.label]),
    ));

  for (const id of AGENT_IDS) {
    it(`names the variables that say where ${id} keeps its transcripts, and no other`, () => {
      const named = [...(rows.get(id)?.places ?? '').matchAll(/\$(\w+)/g)].map(([, name]) => name);
      assert.deepEqual(new Set(named), variablesOf(id));
    });
  }
});

/** The environment variables that an agent's roots ask for, on any system. */
function variablesOf(id: string): Set<string> {
  const asked = new Set<string>();
  for (const agent of ALL_AGENTS.filter((each) => each.id === id)) {
    const here = new Set<string>();
    const env = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void here.add(String(name)) });
    for (const platform of ['linux', 'darwin', 'win32'] as const) agent.roots({ home: '/home/dev', env, platform });
    if (here.has('VSCODE_PORTABLE')) for (const name of EDITOR) here.delete(name);
    for (const name of here) if (!SYSTEM.has(name)) asked.add(name);
  }
  return asked;
}
