import assert from 'node:assert/strict';
import fc from 'fast-check';
import { elementOffsets } from '../../../src/agents/jsonElements.ts';

describe('where the elements of a JSON array stand', () => {
  const at = (json: string, key?: string) => {
    const bytes = Buffer.from(json);
    return elementOffsets(bytes, key).map((offset) => bytes.subarray(offset, offset + 3).toString());
  };

  const cases: [name: string, json: string, key: string | undefined, found: string[]][] = [
    ['in the document itself', ' [ {"a":[1,2]} ,\n "b,]" , 3.5 ]', undefined, ['{"a', '"b,', '3.5']],
    ['under a key', '{"x":{"messages":[9]},"y":"messages","messages" : [[1],{}]}', 'messages', ['[1]', '{}]']],
    ['past quotes in strings', '["\\"]",{"a":"\\\\"},true]', undefined, ['"\\"', '{"a', 'tru']],
    ['none in an empty array', '[ ]', undefined, []],
    ['none without the key', '{"a":[1]}', 'messages', []],
    ['none where the key holds something else', '{"messages":{"a":[1]}}', 'messages', []],
  ];
  for (const [name, json, key, found] of cases) it(name, () => assert.deepEqual(at(json, key), found));

  it('each element parses from its offset to before the next', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.constantFrom(0, 2), (values, indent) => {
        for (const key of [undefined, 'messages']) {
          const json = Buffer.from(
            JSON.stringify(key ? { before: '[', messages: values, after: [1] } : values, null, indent),
          );
          const offsets = elementOffsets(json, key);
          assert.equal(offsets.length, values.length);
          offsets.forEach((offset, index) => {
            const written = JSON.stringify(values[index], null, indent).split('\n')[0] ?? '';
            assert.ok(json.subarray(offset).toString().startsWith(written));
          });
        }
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(undefined, 'a'), (bytes, key) => {
        for (const offset of elementOffsets(bytes, key)) assert.ok(offset < bytes.length);
      }),
    );
  });
});
