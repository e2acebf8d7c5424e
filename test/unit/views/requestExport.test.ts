import assert from 'node:assert/strict';
import { requestExport } from '../../../src/views/requestExport.ts';
import type { RequestReport } from '../../../src/views/usageReport.ts';

const REQUEST: RequestReport = {
  request: 'req-1',
  agent: 'claude-code',
  session: 's1',
  thread: 'main',
  name: 'main',
  workspace: '/code/app',
  account: null,
  user: 'ada',
  at: '2026-11-22T14:03:05.123Z',
  provider: 'anthropic',
  model: 'claude-opus-4-1',
  input_tokens: 1_234_567,
  output_tokens: 20,
  cache_read: 0,
  cache_creation: 3,
  cache_creation_1h: 1,
  reasoning_tokens: 0,
  total_tokens: 1_234_590,
  cost_usd: 0.000123,
  cost_shown: 'list',
  price_source: 'genai-prices',
  estimated: true,
  recorded_output_tokens: null,
  rule: 'recorded',
  source: { path: '/transcripts/a.jsonl', offset: 70, last_offset: 70, records: 1 },
  copies: [],
  why: ['Counted as its record states it.'],
  cursor: '1-1',
};

const HEAD =
  'at,agent,name,provider,model,input_tokens,cache_read,cache_creation,cache_creation_1h,output_tokens,reasoning_tokens,total_tokens,cost_usd,cost_shown,price_source,estimated,rule,session,thread,workspace,account,user,request,path,offset';

const written = (format: 'csv' | 'json', pages: RequestReport[][]): string => {
  const { begin, rows, end } = requestExport(format);
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
      written('csv', [[REQUEST], [{ ...REQUEST, cost_usd: null, estimated: false, account: 'Größe' }]]),
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
      const csv = written('csv', [[{ ...REQUEST, model: name }]]);
      assert.ok(csv.includes(`,anthropic,${cell},1234567,`), csv);
    });

  it('writes one JSON array, whatever pages it came in', () => {
    const named = (request: string): RequestReport => ({ ...REQUEST, request, model: '=cmd()\u2028"' });
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
});
