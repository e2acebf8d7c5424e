import type { Random } from '../../fuzz/random.ts';
import { spread } from './chance.ts';
import type { Texts } from './text.ts';

/** A call of a tool as Claude Code writes it, in pieces of JSON. */
export interface ToolUse {
  name: string;
  input: string;
  /** Of the block that answers it. */
  content: string;
  /** What the program keeps of it beside: often more than what the model was sent. */
  result: string;
  /** So much of it the model was sent. */
  tokens: number;
}

const TOKEN_CHARS = 3.4;

/** Some call, as often as in the field. */
export function toolUse(random: Random, texts: Texts, cwd: string): ToolUse {
  const file = `${cwd}/src/part${random.below(40)}/module${random.below(60)}.ts`;
  const dice = random.below(1000);
  if (dice < 4) {
    const data = texts.base64(40_000 + random.below(160_000));
    return {
      name: 'Read',
      input: `{"file_path":"${cwd}/shot.png"}`,
      content: `[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"${data}"}}]`,
      result: `{"type":"image","file":{"base64":"${data}","type":"image/png","originalSize":${data.length}}}`,
      tokens: 1500,
    };
  }
  if (dice < 340) {
    const sent = texts.numbered(spread(random, 5_000, 0.9));
    return {
      name: 'Read',
      input: `{"file_path":"${file}"${random.chance(0.4) ? `,"offset":${random.below(900)},"limit":200` : ''}}`,
      content: `"${sent}"`,
      result: `{"type":"text","file":{"filePath":"${file}","content":"${texts.code(sent.length * 0.85)}","numLines":120,"startLine":1,"totalLines":300}}`,
      tokens: sent.length / TOKEN_CHARS,
    };
  }
  if (dice < 620) {
    const sent = texts.log(Math.min(30_000, spread(random, 900, 1.3)));
    return {
      name: 'Bash',
      input: `{"command":"cd ${cwd} && npm run part${random.below(9)} | tail -20","description":"${texts.prose(40).slice(0, 40).replaceAll('\\', '/')}"}`,
      content: `"${sent}"`,
      result: `{"stdout":"${sent}","stderr":"","interrupted":false,"isImage":false}`,
      tokens: sent.length / TOKEN_CHARS,
    };
  }
  if (dice < 800) {
    const [before, after] = [texts.code(spread(random, 250, 0.9)), texts.code(spread(random, 400, 0.9))];
    const sent = `The file ${file} has been updated.\\n${texts.numbered(after.length)}`;
    return {
      name: 'Edit',
      input: `{"file_path":"${file}","old_string":"${before}","new_string":"${after}"}`,
      content: `"${sent}"`,
      result: `{"filePath":"${file}","oldString":"${before}","newString":"${after}","originalFile":"${texts.code(spread(random, 8_000, 0.6))}","structuredPatch":[{"oldStart":1,"oldLines":9,"newStart":1,"newLines":12,"lines":["+${after}"]}],"userModified":false,"replaceAll":false}`,
      tokens: sent.length / TOKEN_CHARS,
    };
  }
  if (dice < 880) {
    const sent = `Found 20 files\\n${texts.log(spread(random, 900, 0.8))}`;
    return {
      name: 'Grep',
      input: `{"pattern":"name${random.below(99)}","output_mode":"files_with_matches"}`,
      content: `"${sent}"`,
      result: `{"mode":"files_with_matches","filenames":["${sent}"],"numFiles":20}`,
      tokens: sent.length / TOKEN_CHARS,
    };
  }
  if (dice < 930) {
    const body = texts.code(spread(random, 6_000, 0.7));
    return {
      name: 'Write',
      input: `{"file_path":"${file}","content":"${body}"}`,
      content: `"File created successfully at: ${file}"`,
      result: `{"type":"create","filePath":"${file}","content":"${body}","structuredPatch":[],"originalFile":null}`,
      tokens: 30,
    };
  }
  const sent = texts.prose(spread(random, 2_500, 0.8));
  // A null under a name that rows have too: a reader that looks for it anywhere is misled.
  const input = random.chance(0.1) ? '{"query":"name","cwd":null,"model":null}' : `{"query":"name${random.below(99)}"}`;
  return {
    name: random.pick(['mcp__github__search_issues', 'WebFetch', 'mcp__db__query', 'TodoWrite']),
    input,
    content: `[{"type":"text","text":"${sent}"}]`,
    result: `[{"type":"text","text":"${sent}"}]`,
    tokens: sent.length / TOKEN_CHARS,
  };
}
