/** What a command line runs first that means something. Names only: arguments hold secrets. */
export interface ShellProgram {
  /** `rg`, or with its subcommand `git diff`. */
  name: string;
  /** Words after the program of the same simple command, unquoted: for an agent that classifies by them. Never to be kept. */
  words: string[];
}

/** Programs that only prepare for another one in the same line. */
const PREPARATION = new Set(
  'cd pushd popd export set unset source . true false : echo printf sleep trap ulimit umask shopt alias local read test [ [[ wait for'.split(
    ' ',
  ),
);
/** Programs that run the program named after them. */
const WRAPPERS = new Set('sudo doas time nohup nice env command exec timeout stdbuf xargs setsid ionice'.split(' '));
const SHELLS = new Set('bash sh zsh dash ksh'.split(' '));
const KEYWORDS = new Set('do then else elif if while until ! { ('.split(' '));
/** Programs whose first plain word says what they do. */
const WITH_SUBCOMMAND = new Set(
  'git npm pnpm yarn bun npx bunx deno cargo rustup go docker docker-compose podman kubectl helm gh glab pip pip3 pipx uv poetry conda brew apt apt-get dnf systemctl terraform aws gcloud az dotnet gradle mvn composer bundle rails mix flutter dart swift xcodebuild nx turbo vercel wrangler firebase heroku fly supabase prisma just make rake'.split(
    ' ',
  ),
);
/** Words that end a compound command: no program. */
const ENDINGS = new Set('done fi esac } )'.split(' '));
/** Flags before a subcommand that take the next word; those that stand alone. After any other flag the next word may be its value, even a secret. */
const FLAGS_WITH_WORD = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--prefix',
  '--cwd',
  '--filter',
  '--profile',
  '--context',
  '--namespace',
  '-n',
]);
const LONE_FLAGS = new Set([
  '--no-pager',
  '--silent',
  '-s',
  '--quiet',
  '-q',
  '--verbose',
  '-v',
  '--yes',
  '-y',
  '--bare',
  '-w',
  '-r',
]);
/** Flags of wrappers that take the next word: `sudo -u user`, `timeout -k 5`. */
const WRAPPER_FLAGS_WITH_WORD = new Map(
  Object.entries({
    sudo: '-u -g -p -U -h',
    doas: '-u -C',
    env: '-u -C',
    timeout: '-s -k',
    xargs: '-I -n -P -d -L -s -E -a',
    nice: '-n',
    ionice: '-c -n -p',
    stdbuf: '-i -o -e',
  }).map(([wrapper, flags]) => [wrapper, new Set(flags.split(' '))]),
);
/** A command line is looked at no further than this: what matters stands in front. */
const LONGEST = 4000;

/**
 * The program of a shell command line: of `cd x && FOO=1 git diff | head` it is `git diff`. Preparation (`cd`, `export` ...), wrappers
 * (`sudo`, `timeout 5`) and `bash -lc "..."` are looked through. `undefined` when nothing in it looks like a program.
 */
export function shellProgram(commandLine: string): ShellProgram | undefined {
  let first: ShellProgram | undefined;
  for (const words of simpleCommands(commandLine.slice(0, LONGEST))) {
    const program = programOf(words);
    if (!program) continue;
    if (!PREPARATION.has(program.name)) return program;
    if (program.name !== 'for') first ??= program;
  }
  return first;
}

function programOf(words: readonly string[]): ShellProgram | undefined {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (KEYWORDS.has(word) || (word.includes('=') && /^[A-Za-z_]\w*\+?=/.test(word))) continue;
    const name = word.slice(word.lastIndexOf('/') + 1);
    if (!WRAPPERS.has(name)) break;
    // What stands between a wrapper and its program: flags, and the duration of `timeout`.
    while (/^(-|\d+(\.\d+)?[smhd]?$)/.test(words[at + 1] ?? '')) at += takesWord(name, words[at + 1] ?? '') ? 2 : 1;
  }
  const path = words[at] ?? '';
  const name = path.includes('/') || path.includes('\\') ? path.replace(/^.*[/\\]/, '') : path;
  if (!/^[A-Za-z0-9_.+:[-]{1,40}$/.test(name) || ENDINGS.has(name)) return undefined;
  const rest = words.slice(at + 1);
  if (SHELLS.has(name)) {
    const script = rest[rest.findIndex((word) => /^-[a-z]*c$/.test(word)) + 1];
    if (script !== undefined && rest.some((word) => /^-[a-z]*c$/.test(word))) return shellProgram(script);
  }
  if (rest[0] === '-m' && /^python[\d.]*$/.test(name) && isPlainWord(rest[1]))
    return { name: `${name} -m ${rest[1]}`, words: rest };
  if (WITH_SUBCOMMAND.has(name)) {
    let next = 0;
    for (let flag = rest[next]; flag?.startsWith('-'); flag = rest[next]) {
      if (FLAGS_WITH_WORD.has(flag)) next += 2;
      else if (LONE_FLAGS.has(flag) || flag.includes('=')) next++;
      else return { name, words: rest };
    }
    if (isPlainWord(rest[next])) return { name: `${name} ${rest[next]}`, words: rest };
  }
  return { name, words: rest };
}

/** Whether a wrapper's flag takes the next word. */
const takesWord = (wrapper: string, flag: string): boolean => WRAPPER_FLAGS_WITH_WORD.get(wrapper)?.has(flag) ?? false;

function isPlainWord(word: string | undefined): word is string {
  return word !== undefined && /^[a-z][a-z0-9:-]{0,30}$/i.test(word);
}

/** Characters that mean something to the shell, or may. */
const SPECIAL = new Uint8Array(128);
for (const character of '\'"$\\&;|\n() \t\r#') SPECIAL[character.charCodeAt(0)] = 1;

/** The first special character from `at` on, or the end. */
function plainEnd(line: string, at: number): number {
  let end = at;
  while (end < line.length && SPECIAL[line.charCodeAt(end)] !== 1) end++;
  return end;
}

/**
 * Splits a command line into simple commands of unquoted words, at `;`, `&`, `|`, newlines and brackets outside quotes. Mostly the first
 * one is all that is asked for.
 */
function* simpleCommands(line: string): Generator<string[]> {
  let words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const end = plainEnd(line, at);
    const character = line[at] as string;
    if (end > at) {
      word = word === undefined ? line.slice(at, end) : word + line.slice(at, end);
      at = end - 1;
    } else if (character === '"' || character === "'") {
      word ??= '';
      for (at++; at < line.length && line[at] !== character; at++) {
        if (line[at] === '\\' && character === '"' && at + 1 < line.length) at++;
        word += line[at];
      }
    } else if (character === '$' && line[at + 1] === '(') {
      // What is substituted is an argument.
      word = `${word ?? ''}$`;
      at = closingBracket(line, at + 1);
    } else if (character === '\\') {
      at++;
      if (line[at] !== '\n') word = (word ?? '') + (line[at] ?? '');
    } else if (character === '&' && (line[at - 1] === '>' || line[at + 1] === '>')) {
      word = (word ?? '') + character;
    } else if (character === ' ' || character === '\t' || character === '\r') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) {
      while (at + 1 < line.length && line[at + 1] !== '\n') at++;
    } else if (character === '#' || character === '$') {
      word = (word ?? '') + character;
    } else {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (words.length > 0) yield words;
      words = [];
    }
  }
  if (word !== undefined) words.push(word);
  if (words.length > 0) yield words;
}

/** Index of the bracket that closes the one at `open`, or of the end. */
function closingBracket(line: string, open: number): number {
  let depth = 0;
  for (let at = open; at < line.length; at++) {
    if (line[at] === '(') depth++;
    else if (line[at] === ')' && --depth === 0) return at;
  }
  return line.length;
}
