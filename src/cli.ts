import { version } from '../package.json';
import { compileLate } from './engine/compileLate.ts';
import { cacheFolder, keepCompiled } from './engine/keepCompiled.ts';

// Both come before the code that they are about is loaded.
compileLate();
keepCompiled(cacheFolder(process.env, process.platform));
void import('./cli/commandLine.ts').then(({ runCommandLine }) => runCommandLine(version));
