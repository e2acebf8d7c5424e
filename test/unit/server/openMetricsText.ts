import assert from 'node:assert/strict';

/** One line with a value. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const TYPES = ['counter', 'gauge', 'info'];
const SUFFIX: Record<string, string> = { counter: '_total', gauge: '', info: '_info' };

/**
 * Reads OpenMetrics text as strictly as its specification has it, as far as counters, gauges and infos go: each family in one piece with its
 * type first, samples named after it, units that are the end of the name, no labels or samples twice, `# EOF` at the end. Throws.
 */
export function readOpenMetrics(text: string): Sample[] {
  assert.ok(text.endsWith('\n# EOF\n'), 'ends with # EOF');
  const samples: Sample[] = [];
  const families = new Set<string>();
  const seen = new Set<string>();
  let family = '';
  let type = '';
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, keyword, name = '', rest = ''] = /^# (TYPE|HELP|UNIT) (\S+) (.+)$/.exec(line) ?? [];
    if (keyword === 'TYPE') {
      assert.match(name, new RegExp(`^${NAME}$`));
      assert.ok(TYPES.includes(rest), line);
      assert.ok(!families.has(name), `${name} comes twice`);
      families.add(name);
      [family, type] = [name, rest];
    } else if (keyword) {
      assert.equal(name, family, line);
      if (keyword === 'UNIT') assert.ok(family.endsWith(`_${rest}`), line);
    } else {
      const sample = readSample(line);
      assert.equal(sample.name, `${family}${SUFFIX[type]}`);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
      assert.ok(!seen.has(key), `${key} comes twice`);
      seen.add(key);
      if (type === 'counter') assert.ok(sample.value >= 0);
      samples.push(sample);
    }
  }
  return samples;
}

function readSample(line: string): Sample {
  const [, name = '', inner = '', value] =
    new RegExp(`^(${NAME})(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[n"\\\\])*",?)*)\\})? (\\S+)$`).exec(
      line,
    ) ?? [];
  assert.ok(value !== undefined && Number.isFinite(Number(value)), line);
  const labels: Record<string, string> = {};
  for (const [, label = '', escaped = ''] of inner.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    assert.ok(!Object.hasOwn(labels, label), line);
    labels[label] = escaped.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
  }
  return { name, labels, value: Number(value) };
}
