import assert from 'node:assert/strict';
import { ampTool } from '../../../src/agents/ampThread.ts';
import { claudeTool } from '../../../src/agents/claudeCodeBlocks.ts';
import { codexTool } from '../../../src/agents/codexTools.ts';
import { crushTool } from '../../../src/agents/crushParts.ts';
import { droidTool } from '../../../src/agents/droidSession.ts';
import { gooseTool } from '../../../src/agents/gooseMessage.ts';
import { hostOf, toolKind } from '../../../src/agents/toolKind.ts';

describe('tool kinds and targets', () => {
  const claude: [name: string, input: Record<string, unknown>, told: string][] = [
    ['Read', { file_path: '/a/b.ts' }, 'read /a/b.ts'],
    ['NotebookEdit', { notebook_path: '/a/b.ipynb' }, 'edit /a/b.ipynb'],
    ['Write', { file_path: '/a\nb' }, 'write undefined'],
    ['Bash', { command: 'cd x && git commit -m hidden' }, 'bash git commit'],
    ['Bash', { command: 7 }, 'bash undefined'],
    ['BashOutput', { bash_id: 'x' }, 'bash undefined'],
    ['Grep', { pattern: 'hidden', path: 'src' }, 'search src'],
    ['WebFetch', { url: 'https://me:hidden@a.example:80/b?c=hidden' }, 'web a.example'],
    ['WebSearch', { query: 'hidden' }, 'web undefined'],
    ['Task', { subagent_type: 'Explore', prompt: 'hidden' }, 'task Explore'],
    ['Agent', { prompt: 'hidden' }, 'task undefined'],
    ['TaskCreate', {}, 'todo undefined'],
    ['ToolSearch', {}, 'other undefined'],
    ['Skill', { skill: 'review' }, 'other review'],
    ['mcp__a_b__c__d', { key: 'hidden' }, 'mcp:a_b c__d'],
    ['Unheard', {}, 'other undefined'],
  ];
  for (const [name, input, told] of claude) {
    it(`of Claude Code's ${name} ${JSON.stringify(input)}`, () => {
      const tool = claudeTool(name, input);
      assert.equal(`${tool.kind} ${tool.target}`, told);
    });
  }

  const patch = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-a\n+b\n*** End Patch';
  const codex: [name: string, namespace: string | undefined, input: unknown, told: string][] = [
    ['exec_command', undefined, '{"cmd":"sed -n \'1,20p\' src/a.ts"}', 'read src/a.ts'],
    ['exec_command', undefined, '{"cmd":"sed -i s/a/b/ src/a.ts"}', 'bash sed'],
    ['exec_command', undefined, '{"cmd":"cat a.txt > b.txt"}', 'bash cat'],
    ['exec_command', undefined, '{"cmd":"head -n 5 a.txt 2>/dev/null"}', 'read a.txt'],
    ['shell', undefined, '{"command":["bash","-lc","rg hidden src"]}', 'search rg'],
    ['shell', undefined, '{"command":["git","log","--author=hidden"]}', 'bash git log'],
    ['shell', undefined, JSON.stringify({ command: ['apply_patch', patch] }), 'edit src/a.ts'],
    ['shell', undefined, 'not json', 'bash undefined'],
    ['exec', undefined, 'const r = await tools.exec_command({cmd: "ls -la"});', 'search ls'],
    ['local_shell', undefined, { action: { command: ['cat', 'a.txt'] } }, 'read a.txt'],
    ['shell', undefined, ' {"command":["rg","hidden"]}', 'search rg'],
    ['exec', undefined, '{ tools.exec_command({cmd: "ls -la"}) }', 'search ls'],
    ['apply_patch', undefined, patch, 'edit src/a.ts'],
    ['apply_patch', undefined, JSON.stringify({ input: patch }), 'edit src/a.ts'],
    ['apply_patch', undefined, patch.replace('Update', 'Add'), 'write src/a.ts'],
    ['update_plan', undefined, '{}', 'todo undefined'],
    ['spawn_agent', 'collaboration', '{"message":"hidden","agent_type":"explorer"}', 'task explorer'],
    ['search', 'mcp__docs__', '{"q":"hidden"}', 'mcp:docs search'],
    ['mcp__docs__search', undefined, '{}', 'mcp:docs search'],
    ['view_image', undefined, '{"path":"/a/b.png"}', 'read /a/b.png'],
    ['unheard', undefined, undefined, 'other undefined'],
  ];
  for (const [name, namespace, input, told] of codex) {
    it(`of Codex's ${name} ${JSON.stringify(input)}`, () => {
      const tool = codexTool(name, namespace, input);
      assert.equal(`${tool.kind} ${tool.target}`, told);
    });
  }

  const others: [tool: { name: string; kind: string; target?: string }, told: string][] = [
    [ampTool('Bash', { cmd: 'git log hidden' }), 'bash git log'],
    [ampTool('edit_file', { path: '/a/b.ts', old_str: 'hidden' }), 'edit /a/b.ts'],
    [ampTool('oracle', { task: 'hidden' }), 'task undefined'],
    [droidTool('Execute', { command: 'make all' }), 'bash make all'],
    [droidTool('linear___list', {}), 'mcp:linear list'],
    [droidTool('LS', { directory_path: '/a' }), 'read /a'],
    [gooseTool('developer__shell', { command: 'ls hidden' }), 'bash ls'],
    [gooseTool('shell', { command: 'ls hidden' }), 'bash ls'],
    [gooseTool('developer__text_editor', { command: 'write', path: '/a' }), 'write /a'],
    [gooseTool('github__list', {}), 'mcp:github list'],
    [crushTool('view', { file_path: '/a' }), 'read /a'],
    [crushTool('agent', { prompt: 'hidden' }), 'task undefined'],
    [crushTool('mcp_docs_find_it', {}), 'mcp:docs find_it'],
  ];
  for (const [tool, told] of others) {
    it(`of the tool ${tool.name}`, () => assert.equal(`${tool.kind} ${tool.target}`, told));
  }

  it('knows shared names in any case', () => {
    assert.deepEqual(['READ', 'Bash', 'grep', 'x'].map(toolKind), ['read', 'bash', 'search', 'other']);
  });

  it('takes no host from what is no address', () => {
    assert.deepEqual(
      [hostOf('a.example/b'), hostOf(''), hostOf('http://'), hostOf(7)],
      ['a.example', undefined, undefined, undefined],
    );
  });
});
