import assert from 'node:assert/strict';
import { readCodexRecords } from '../../../src/agents/codexRecords.ts';
import type { AgentEvent } from '../../../src/agents/event.ts';

const AT = '2026-11-22T00:26:20.000Z';
const CHILD = '01a200a5-95fb-77d3-8aeb-debb185c9936';

/** What a rollout of the thread `root` with these records tells of launches. */
function launches(records: [type: string, payload: object][]): unknown[] {
  const reader = readCodexRecords({ name: 'rollout', account: undefined });
  const events: AgentEvent[] = [['session_meta', { id: 'root', cwd: '/w' }] as const, ...records].flatMap(
    ([type, payload], offset) =>
      reader?.read({ bytes: Buffer.from(JSON.stringify({ timestamp: AT, type, payload })), offset }).events ?? [],
  );
  return events.flatMap((event) =>
    event.type === 'session' && event.launchCallId !== undefined
      ? [[event.sessionId, event.thread, event.parentThread, event.launchCallId]]
      : [],
  );
}

const call = (name: string): [string, object] => [
  'response_item',
  { type: 'function_call', name, arguments: '{}', call_id: 'call_1' },
];
const output = (text: string): [string, object] => [
  'response_item',
  { type: 'function_call_output', call_id: 'call_1', output: text },
];

const activity = (kind: string): [string, object] => [
  'event_msg',
  {
    type: 'item_completed',
    item: { type: 'SubAgentActivity', id: 'call_1', kind, agent_thread_id: CHILD },
  },
];

describe('launches of Codex subagents', () => {
  const told = JSON.stringify({ agent_id: CHILD });
  const cases: [name: string, records: [string, object][], launches: unknown[]][] = [
    ['name the thread in the output', [call('spawn_agent'), output(told)], [['root', CHILD, 'main', 'call_1']]],
    ['are told once', [call('spawn_agent'), output(told), output(told)], [['root', CHILD, 'main', 'call_1']]],
    ['are no launches when another tool says so', [call('shell'), output(told)], []],
    ['tell nothing when the output names no thread', [call('spawn_agent'), output('{"task_name":"x"}')], []],
    ['tell nothing when the output is no JSON', [call('spawn_agent'), output('failed')], []],
    [
      'name the thread in an event, where the output names a task',
      [call('spawn_agent'), activity('started'), output('{"task_name":"x"}')],
      [['root', CHILD, 'main', 'call_1']],
    ],
    ['are not told again when the subagent is done', [activity('completed')], []],
    [
      'name the thread in an event of its own',
      [['event_msg', { type: 'collab_agent_spawn_end', call_id: 'call_1', new_thread_id: CHILD }]],
      [['root', CHILD, 'main', 'call_1']],
    ],
    ["are the parent's in a replay of its events", [['session_meta', { id: 'parent' }], activity('started')], []],
    [
      "are the parent's in a replay of its history",
      [['session_meta', { id: 'parent' }], call('spawn_agent'), output(told)],
      [],
    ],
  ];
  for (const [name, records, expected] of cases) it(name, () => assert.deepEqual(launches(records), expected));
});
