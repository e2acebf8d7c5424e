import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseOpenRouterList } from '../../../src/ledger/openRouterList.ts';

const entry = (id: unknown, pricing: unknown = { prompt: '0.000003', completion: '0.000015' }): unknown => ({
  id,
  name: 'N',
  pricing,
});
const list = (...data: unknown[]): string => JSON.stringify({ data });

describe('the public price list', () => {
  it('is read as dollars per million tokens, without digits that no price has', () => {
    const pricing = {
      prompt: '0.0000001',
      completion: '0.0000004',
      input_cache_read: '0.00000001',
      input_cache_write: '0.000000125',
      web_search: '0.01',
      image: '0.2',
    };
    assert.deepEqual(parseOpenRouterList(list(entry('acme/small', pricing))), [
      {
        id: 'acme/small',
        input: 0.1,
        output: 0.4,
        cacheRead: 0.01,
        cacheWrite5m: 0.125,
        cacheWrite1h: 0.125,
        webSearches: 10,
      },
    ]);
  });

  it('asks the price of input for a cache without a price', () => {
    const [model] = parseOpenRouterList(list(entry('acme/plain')));
    assert.deepEqual(model, {
      id: 'acme/plain',
      input: 3,
      output: 15,
      cacheRead: 3,
      cacheWrite5m: 3,
      cacheWrite1h: 3,
      webSearches: 0,
    });
  });

  it('leaves out what is no model or has no price by the token', () => {
    const models = parseOpenRouterList(
      list(
        entry('acme/good'),
        entry('acme/good', { prompt: '9', completion: '9' }),
        entry('openrouter/auto', { prompt: '-1', completion: '-1' }),
        entry('<img src=x onerror=alert(1)>'),
        entry('=cmd()'),
        entry(''),
        entry('x'.repeat(300)),
        entry(7),
        entry('acme/text', { prompt: 'free', completion: '0x10' }),
        entry('acme/absurd', { prompt: '1', completion: '1' }),
        entry('acme/by-request', { prompt: '0.000001', completion: '0', request: '0.01' }),
        entry('acme/none', null),
        entry('acme/infinite', { prompt: '1e999', completion: '0' }),
        null,
        'text',
      ),
    );
    assert.deepEqual(
      models.map(({ id }) => id),
      ['acme/good'],
    );
  });

  for (const [name, text] of [
    ['a page of a hotel’s network', '<!doctype html><title>Log in</title>'],
    ['nothing', ''],
    ['another shape', '{"models":[]}'],
    ['an empty list', '{"data":[]}'],
    ['a list without a price', '{"data":[{"id":"a/b"}]}'],
    ['far too many', list(...Array.from({ length: 20_001 }, (_, i) => entry(`a/${i}`)))],
  ] as const)
    it(`refuses ${name}`, () => assert.throws(() => parseOpenRouterList(text), /^Error: the (answer|list) /));

  it('has sane prices whatever comes', () => {
    fc.assert(
      fc.property(fc.json(), fc.anything(), fc.anything(), (json, id, prompt) => {
        const texts = [json, `{"data":[${json}]}`, list(entry(id, { prompt, completion: prompt }), entry('a/b'))];
        for (const text of texts) {
          try {
            for (const { id: model, ...rates } of parseOpenRouterList(text)) {
              assert.ok(model.length <= 200);
              for (const rate of Object.values(rates)) assert.ok(rate >= 0 && rate <= 100_000);
            }
          } catch (error) {
            assert.match(String(error), /^Error: the (answer|list) /);
          }
        }
      }),
    );
  });
});
