import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Trouble } from './execute.mjs';

const usage = `npm start [-- [folder] [--port N] [--no-open]]

Opens a real VS Code with Agent Token Meter, in a profile of its own (.vscode-test/start), with your own
transcripts, or with a sample where there are none.

  folder      what to open; by default the current folder
  --port N    port of the VS Code server on loopback; by default a free one
  --no-open   serve only: print the address and open no window
  --help      this text

  ATM_VSCODE=server|electron   the VS Code server in a browser, or the downloaded desktop application
  ATM_BROWSER=FILE             the Chromium or Chrome to use
  ATM_HOME=DIR                 a home folder whose agents' transcripts are shown`;

/** @param {string[]} args
 * @returns {{ help?: string, folder: string, port?: number, open: boolean }} */
export function readStartOptions(args) {
  const { values, positionals } = parse(args);
  const folder = path.resolve(process.env.INIT_CWD ?? process.cwd(), positionals[0] ?? '.');
  if (positionals.length > 1) throw new Trouble(`One folder at most.\n\n${usage}`);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Trouble(`${folder} is not a folder.`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Trouble(`--port takes a number from 1 to 65535, not "${values.port}".`);
  }
  return { help: values.help ? usage : undefined, folder, port, open: !values['no-open'] };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Trouble(`${error.message}\n\n${usage}`);
  }
}
