import assert from 'node:assert/strict';
import { shellProgram } from '../../../src/agents/shellProgram.ts';

describe('shellProgram', () => {
  const cases: [line: string, name: string | undefined][] = [
    ['ls -la', 'ls'],
    ['git diff --stat', 'git diff'],
    ['git -C /a -c user.name=x log', 'git log'],
    ['git --version', 'git'],
    ['kubectl --token hidden get pods', 'kubectl'],
    ['vercel --token hidden deploy', 'vercel'],
    ['aws --profile prod s3 ls', 'aws s3'],
    ['sudo -u deploy systemctl restart x', 'systemctl restart'],
    ['sudo -n systemctl status', 'systemctl status'],
    ['env -u HOME node x.js', 'node'],
    ['timeout -s KILL 5 npm test', 'npm test'],
    ['/usr/bin/git status', 'git status'],
    ['npm test -- --grep key', 'npm test'],
    ['npm run build', 'npm run'],
    ['cd /a && npm ci', 'npm ci'],
    ['cd /a; export KEY=hidden; rg -n x src | head', 'rg'],
    ['KEY=hidden OTHER="a b" node build.mjs', 'node'],
    ['sudo -E timeout 60s env A=b docker compose up -d', 'docker compose'],
    ['bash -lc "cd x && cargo test"', 'cargo test'],
    ["sh -c 'rg x'", 'rg'],
    ['bash build.sh hidden', 'bash'],
    ['python3 -m pytest -q', 'python3 -m pytest'],
    ['python run.py hidden', 'python'],
    ['cat <<EOF > a.txt\nhidden\nEOF', 'cat'],
    ['echo "rg; git push"', 'echo'],
    ['echo hidden | base64', 'base64'],
    ['for i in $(seq 1 9); do echo $i; done', 'echo'],
    ['if test -f a; then make all; fi', 'make all'],
    ['(cd a && pnpm install)', 'pnpm install'],
    ['curl -H "Authorization: hidden" https://a.example', 'curl'],
    ['make HIDDEN=1', 'make'],
    ['rg a 2>&1 | tail', 'rg'],
    ['# a remark\nls', 'ls'],
    ['cd /a', 'cd'],
    ['$HIDDEN', undefined],
    ['"a program with spaces"', undefined],
    ['', undefined],
    ['"', undefined],
    ['\\', undefined],
  ];
  for (const [line, name] of cases) {
    it(`of ${JSON.stringify(line)} names ${name}`, () => assert.equal(shellProgram(line)?.name, name));
  }

  it('takes no time over a very long line', () => {
    assert.equal(shellProgram(`ls ${'('.repeat(1_000_000)}`)?.name, 'ls');
  });
});
