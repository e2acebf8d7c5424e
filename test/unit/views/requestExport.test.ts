import assert from 'node:assert/strict';
import type { ExportedCaller, ExportedRequest } from '../../../src/queries/exportedRequests.ts';
import type { CostShown } from '../../../src/views/costShown.ts';
import { requestExport } from '../../../src/views/requestExport.ts';

const CALLER: ExportedCaller = {
  agent: 'claude-code',
  agentName: 'main',
  provider: 'anthropic',
  model: 'claude-opus-4-1',
  costShown: 0,
  priceSource: 'genai-prices',
  sessionId: 's1',
  thread: 'main',
  workspace: '/code/app',
  account: null,
  user: 'ada',
};
const REQUEST: ExportedRequest = {
  caller: CALLER,
  atMs: Date.parse('2026-11-22T14:03:05.123Z'),
  input: 1_234_567,
  cacheRead: 0,
  cacheWrite5m: 2,
  cacheWrite1h: 1,
  output: 20,
  reasoning: 0,
  costUsd: 0.000123,
  estimated: 1,
  rule: 'recorded',
  requestKey: 'req-1',
  path: '/transcripts/a.jsonl',
  offset: 70,
};

const HEAD =
  'at,agent,name,provider,model,input_tokens,cache_read,cache_creation,cache_creation_1h,output_tokens,reasoning_tokens,total_tokens,cost_usd,cost_shown,price_source,estimated,rule,session,thread,workspace,account,user,request,path,offset';

const written = (format: 'csv' | 'json', pages: ExportedRequest[][], cost?: CostShown): string => {
  const { begin, rows, end } = requestExport(format, cost);
  let isFirst = true;
  const parts = pages.map((page) => {
    const text = rows(page, isFirst);
    if (page.length > 0) isFirst = false;
    return text;
  });
  return begin + parts.join('') + end;
};

describe('the export of requests', () => {
  it('writes CSV that Excel reads as UTF-8, with plain numbers and ISO times', () => {
    assert.equal(
      written('csv', [
        [REQUEST],
        [{ ...REQUEST, costUsd: null, estimated: 0, caller: { ...CALLER, account: 'Größe' } }],
      ]),
      [
        `\uFEFF${HEAD}`,
        '2026-11-22T14:03:05.123Z,claude-code,main,anthropic,claude-opus-4-1,1234567,0,3,1,20,0,1234590,0.000123,list,genai-prices,true,recorded,s1,main,/code/app,,ada,req-1,/transcripts/a.jsonl,70',
        '2026-11-22T14:03:05.123Z,claude-code,main,anthropic,claude-opus-4-1,1234567,0,3,1,20,0,1234590,,list,genai-prices,false,recorded,s1,main,/code/app,Größe,ada,req-1,/transcripts/a.jsonl,70',
        '',
      ].join('\r\n'),
    );
  });

  for (const [name, cell] of [
    ['=cmd()', "'=cmd()"],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['＝cmd()', "'＝cmd()"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['a "quoted", name', '"a ""quoted"", name"'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['plain = name', 'plain = name'],
    ['<img onerror=alert(1)>', '<img onerror=alert(1)>'],
  ] as const)
    it(`writes a model named ${JSON.stringify(name)} as no formula`, () => {
      const csv = written('csv', [[{ ...REQUEST, caller: { ...CALLER, model: name } }]]);
      assert.ok(csv.includes(`,anthropic,${cell},1234567,`), csv);
    });

  it('writes one JSON array, whatever pages it came in', () => {
    const caller = { ...CALLER, model: '=cmd()\u2028"' };
    const named = (requestKey: string): ExportedRequest => ({ ...REQUEST, requestKey, caller });
    const pages = [[], [named('a'), named('b')], [], [named('c')]];
    const rows = JSON.parse(written('json', pages));
    assert.deepEqual(
      rows.map((row: { request: string; model: string }) => [row.request, row.model]),
      ['a', 'b', 'c'].map((request) => [request, '=cmd()\u2028"']),
    );
    assert.deepEqual(Object.keys(rows[0]).join(','), HEAD);
    assert.deepEqual(
      [rows[0].cost_usd, rows[0].estimated, rows[0].account, rows[0].offset],
      [0.000123, true, null, 70],
    );
    assert.deepEqual(JSON.parse(written('json', [])), []);
  });

  for (const [cost, hidden, shown] of [
    ['list', 0, ['0.000123', 'list', 'genai-prices']],
    ['list', 1, ['0.000123', 'api-equivalent', 'genai-prices']],
    ['list', 2, ['', 'off', '']],
    ['api-equivalent', 0, ['0.000123', 'api-equivalent', 'genai-prices']],
    ['api-equivalent', 2, ['', 'off', '']],
  ] as const)
    it(`writes costs wished as ${cost} of an account that is shown as ${hidden}`, () => {
      const [, row] = written('csv', [[{ ...REQUEST, caller: { ...CALLER, costShown: hidden } }]], cost).split('\r\n');
      assert.deepEqual(row?.split(',').slice(12, 15), shown);
    });

  it('has nothing of costs where they are off', () => {
    const csv = written('csv', [[REQUEST]], 'off').split('\r\n');
    assert.equal(csv[0], `\uFEFF${HEAD.replace('cost_usd,cost_shown,price_source,', '')}`);
    assert.equal(csv[1]?.split(',').length, 22);
    const [row] = JSON.parse(written('json', [[REQUEST]], 'off'));
    assert.deepEqual(
      [row.cost_usd, row.cost_shown, row.price_source, row.estimated],
      [undefined, undefined, undefined, true],
    );
  });
});
