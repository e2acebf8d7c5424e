import type { Random } from '../../fuzz/random.ts';

/**
 * Filler that looks like what agents read and write, already escaped as the inside of a JSON string: taking a piece of it costs nothing, so
 * a gigabyte of transcripts is made in seconds. No piece ends within an escape.
 */
export interface Texts {
  /** Paragraphs of about so many characters. */
  prose(chars: number): string;
  /** Lines of a program. */
  code(chars: number): string;
  /** The same kind of lines, numbered as agents' read tools number them. */
  numbered(chars: number): string;
  /** What programs print: escape sequences, JSON, paths of other systems. */
  log(chars: number): string;
  /** Base64, as of images and signatures. */
  base64(chars: number): string;
}

const WORDS =
  'anchor basket candle drift ember fallow garden harbor island juniper kettle lantern meadow needle orchard pebble quarry river saddle timber umber valley willow yonder zephyr copper marble velvet'.split(
    ' ',
  );
/** Characters of more than one byte, as real transcripts have them. */
const WIDE = ['é', 'ß', 'ø', '—', '“', '…', '✓', '→', '設定', '文件', '処理', '🚀', '⚠️'];
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** How much of each kind there is to take from, in characters. */
const POOL_CHARS = 400_000;

export function makeTexts(random: Random): Texts {
  const word = (): string => random.pick(WORDS);
  const name = (): string => `${word()}${word().replace(/^./, (first) => first.toUpperCase())}`;
  const wide = (): string => (random.chance(0.02) ? ` ${random.pick(WIDE)}` : '');
  const paragraph = (): string => {
    const words = Array.from({ length: 12 + random.below(60) }, () => `${word()}${wide()}`);
    return `${words.join(' ')}${random.chance(0.3) ? ` \`${name()}\`` : ''}.\n\n`;
  };
  const codeLine = (): string => {
    const indent = '  '.repeat(random.below(6));
    const line = random.pick([
      () => '',
      () => `${indent}}`,
      () => `${indent}const ${name()} = await ${name()}(${name()}, "${word()} ${word()}");`,
      () => `${indent}if (${name()} === '${word()}' && ${name()}.length > ${random.below(1000)}) {`,
      () => `${indent}// ${word()} ${word()} ${word()}${wide()}`,
      () => `\t\t${name()}.push(/^[a-z\\d_]+\\.${word()}$/.test(${name()}) ? null : undefined);`,
      () => `${indent}export async function ${name()}(${word()}: string): Promise<Record<string, unknown>> {`,
    ]);
    return `${line()}\n`;
  };
  const logLine = (): string => {
    const line = random.pick([
      () => `\u001b[32m✓\u001b[39m ${word()}/${name()}.test.ts (${random.below(40)} tests) ${random.below(900)}ms`,
      () => `[2026-01-1${random.below(10)}T0${random.below(10)}:15:00Z] INFO ${name()}: ${word()} "${word()}"`,
      () =>
        `./src/${word()}/${name()}.ts:${random.below(900)}:${random.below(90)}: error: "${name()}" is not assignable`,
      () => `{"${word()}":${random.below(99_999)},"usage":{"input_tokens":${random.below(999)},"output_tokens":7}}`,
      () => `C:\\Users\\dev\\${name()}\\${word()} ${word()}`,
    ]);
    return `${line()}\n`;
  };
  let line = 0;
  return {
    prose: pool(random, paragraph),
    code: pool(random, codeLine),
    numbered: pool(random, () => `${String((line++ % 1500) + 1).padStart(6)}→${codeLine()}`),
    log: pool(random, logLine),
    base64: pool(random, () => Array.from({ length: 64 }, () => BASE64[random.below(64)]).join('')),
  };
}

/** Takes whole pieces from a row of them, beginning anywhere. */
function pool(random: Random, piece: () => string): (chars: number) => string {
  let text = '';
  const begins: number[] = [];
  while (text.length < POOL_CHARS) {
    begins.push(text.length);
    text += JSON.stringify(piece()).slice(1, -1);
  }
  const whole = text.length;
  // Whatever begins within the first half does not end behind the second.
  const doubled = text + text;
  const firstFrom = (at: number): number => {
    let [low, high] = [0, begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((begins[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return begins[low] ?? whole;
  };
  return (chars) => {
    const begin = begins[random.below(begins.length)] as number;
    const end = begin + Math.min(Math.ceil(chars), whole - 1);
    return doubled.slice(begin, end < whole ? firstFrom(end) : whole + firstFrom(end - whole));
  };
}
