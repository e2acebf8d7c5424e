import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { AGENTS_WITHOUT_TOKENS } from '../../../src/agents/withoutTokens.ts';
import { type FoundText, readSource, sourceFiles, sourceTexts } from './sourceTexts.ts';

type Texts = Record<string, string>;
const json = (file: string): Texts => JSON.parse(readSource(file));

/** Where people read English whatever the language: the command line's tables, and what a name or a font is. */
const ENGLISH_ANYWAY: { file: string; text: RegExp }[] = [
  { file: 'src/views/textTable.ts', text: /./ },
  { file: 'src/views/priceFile.ts', text: /^(agent-token-meter prices|USD per .*)$/ },
  { file: 'webview/charts/paint.ts', text: /sans-serif/ },
  // Models read this.
  { file: 'src/views/budgetReport.ts', text: /./ },
  { file: 'src/editor/languageModelTools.ts', text: /^Agent Token Meter$/ },
  { file: 'src/editor/statusBarMeter.ts', text: /^Agent Token Meter$/ },
];
/** Texts that are given to `t` by other names. */
const GIVEN_ELSEWHERE = [
  { file: 'src/views/format.ts', text: /^(one|many)$/ },
  { file: 'src/views/text.ts', text: /^english$/ },
  // the reasons of `AGENTS_WITHOUT_TOKENS`
  { file: 'src/views/health.ts', text: /^agent\.reason$/ },
];
const isExcused = ({ at, text }: FoundText, excuses: { file: string; text: RegExp }[]): boolean =>
  excuses.some((excuse) => at.startsWith(`${excuse.file}:`) && excuse.text.test(text));

const files = [...sourceFiles('src', 'webview').filter((file) => !file.startsWith('webview/gallery/'))];
const found = files.map((file) => sourceTexts(file, readSource(file)));
const keys = [
  ...found.flatMap((file) => file.keys),
  ...AGENTS_WITHOUT_TOKENS.map(({ reason }) => ({ text: reason, at: 'src/agents/withoutTokens.ts' })),
];
const english = new Set(keys.map(({ text }) => text));

const placeholders = (text: string): string =>
  [...text.matchAll(/\{[^}]*\}/g)]
    .map(([name]) => name)
    .toSorted()
    .join(' ');

const languages = readdirSync(new URL('../../../src/l10n', import.meta.url)).map(
  (name) => /^bundle\.l10n\.(.+)\.json$/.exec(name)?.[1] ?? name,
);

describe('the texts', () => {
  it('are found in the sources', () => {
    assert.ok(english.size > 300);
    for (const text of ['Show Usage', 'History starts on {0}.', '{0} requests', 'Compare with the one before'])
      assert.ok(english.has(text), text);
    assert.deepEqual(languages, ['zh-cn']);
  });

  it('have keys that can be collected', () => {
    const dynamic = found.flatMap((file) => file.dynamic).filter((text) => !isExcused(text, GIVEN_ELSEWHERE));
    assert.deepEqual(dynamic, [], 'the first argument of t, told and plural is a literal');
  });

  it('are not written bare where people read them', () => {
    // What the engine, the store and the agents say goes to the log, or through a view.
    const shown = found.filter((_, i) => /^(src\/(views|editor)|webview)\//.test(files[i] ?? ''));
    const bare = shown.flatMap((file) => file.bare).filter((text) => !isExcused(text, ENGLISH_ANYWAY));
    assert.deepEqual(bare, [], "write t('…') of src/views/text.ts, or vscode.l10n.t('…') in src/editor");
  });

  for (const language of languages)
    it(`are all there in ${language}, and none too many`, () => {
      const texts = json(`src/l10n/bundle.l10n.${language}.json`);
      const missing = keys.filter(({ text }) => !texts[text]);
      assert.deepEqual(missing, [], `add these to src/l10n/bundle.l10n.${language}.json`);
      const tooMany = Object.keys(texts).filter((text) => !english.has(text));
      assert.deepEqual(tooMany, [], 'nobody says this any more');
      const differing = Object.entries(texts).filter(([key, text]) => placeholders(key) !== placeholders(text));
      assert.deepEqual(differing, [], 'other placeholders');
    });
});

describe('the manifest’s texts', () => {
  const manifest = JSON.parse(readSource('package.json'));
  const nls = json('package.nls.json');
  const used = new Set([...readSource('package.json').matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1] ?? ''));

  it('are all in package.nls.json, and none too many', () => {
    assert.deepEqual(Object.keys(nls).toSorted(), [...used].toSorted());
  });

  it('stand nowhere bare', () => {
    const bare: string[] = [];
    const walk = (value: unknown, name: string, path: string): void => {
      if (Array.isArray(value)) for (const [i, each] of value.entries()) walk(each, name, `${path}[${i}]`);
      else if (typeof value === 'object' && value !== null)
        // What a tool takes is read by models.
        for (const [key, each] of Object.entries(value)) key === 'inputSchema' || walk(each, key, `${path}.${key}`);
      else if (
        typeof value === 'string' &&
        /^(title|shortTitle|category|name|label|contents|altText|displayName|userDescription|(markdown)?(enumD|d|deprecationM)escriptions?|markdownDeprecationMessage|deprecationMessage|enumItemLabels|patternErrorMessage|errorMessage|contextualTitle|submenu)$/i.test(
          name,
        ) &&
        !/^(%[\w.-]+%|agentTokenMeter_\w+)$/.test(value) &&
        value !== manifest.displayName
      )
        bare.push(`${path}: ${value}`);
    };
    walk(manifest.contributes, '', 'contributes');
    assert.deepEqual(bare, [], 'write "%key%" and add the text to package.nls.json');
  });

  for (const language of languages)
    it(`are all there in ${language}`, () => {
      const texts = json(`package.nls.${language}.json`);
      assert.deepEqual(Object.keys(texts).toSorted(), Object.keys(nls).toSorted());
      const code = (text = ''): string =>
        [...text.matchAll(/`[^`]*`|\(command:[^)]*\)/g)]
          .map(([part]) => part)
          .toSorted()
          .join(' ');
      const differing = Object.keys(nls).filter((key) => code(nls[key]) !== code(texts[key]) || texts[key] === '');
      assert.deepEqual(differing, [], 'other code or commands in it');
    });
});

describe('the search for bare texts', () => {
  const code = (sample: string): string => sample.replaceAll('@{', '${');
  const inScript = (text: string): string[] => sourceTexts('src/views/x.ts', text).bare.map((each) => each.text);
  const inPage = (text: string): string[] => sourceTexts('webview/X.svelte', text).bare.map((each) => each.text);

  it('finds what views say', () => {
    assert.deepEqual(inScript("const a = { label: 'Cost' };"), ['Cost']);
    assert.deepEqual(inScript("const a = x > 0 ? 'at API list price' : '';"), ['at API list price']);
    assert.deepEqual(inScript(code('const a = `@{x} tokens`;')), [code('`@{x} tokens`')]);
    assert.deepEqual(inScript(code('const a = `Cost: @{x}`;')), [code('`Cost: @{x}`')]);
    assert.deepEqual(inScript("vscode.window.showInformationMessage('All is well.');"), ['All is well.']);
    assert.deepEqual(inScript("picker.title = 'Requests';"), ['Requests']);
  });

  it('finds what pages say', () => {
    assert.deepEqual(inPage('<p>Total</p>'), ['Total']);
    assert.deepEqual(inPage('<p>{x} of {y}</p>'), ['of']);
    assert.deepEqual(inPage('<button aria-label="Close">x</button>'), ['Close']);
    assert.deepEqual(inPage('<Picker label="Session" />'), ['Session']);
    assert.deepEqual(inPage("<p>{open ? 'Show fewer' : ''}</p>"), ['Show fewer']);
    assert.deepEqual(inPage(code('<p title={`@{x} tokens`}></p>')), [code('`@{x} tokens`')]);
    assert.deepEqual(inPage('<p title="Before: {x}"></p>'), ['Before:']);
    assert.deepEqual(inPage("{#snippet a()}{@render head('name', 'What the tokens were used for')}{/snippet}"), [
      'What the tokens were used for',
    ]);
    assert.deepEqual(inPage('<script lang="ts">\nconst names = { a: \'within budget\' };\n</script>'), [
      'within budget',
    ]);
  });

  it('passes over what is translated and what is no text', () => {
    assert.deepEqual(inScript("t('Cost of {0}', x); plural(n, '{0} file', '{0} files', 'en');"), []);
    assert.deepEqual(inScript("throw new Error('a bug it is'); log.error('went wrong again');"), []);
    assert.deepEqual(
      inScript(code("const key = `@{a}-@{b}`; const id = 'agentTokenMeter.usage'; type A = 'two words';")),
      [],
    );
    assert.deepEqual(inPage('<p class="a b" style:left="{x}px">{t(\'Total\')} · {x} %</p>'), []);
    assert.deepEqual(inPage('<path d="M0 0 L10 10" transform="rotate({x} 5 5)" />'), []);
  });
});
