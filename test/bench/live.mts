// How long a reply takes from the transcript to the meter, in a real VS Code with the packaged extension:
//   npm run bench:live [appends] [per second]

import { live } from './live.ts';
import { printRows } from './row.ts';

const [appends = 100, perSecond = 10] = process.argv.slice(2).map(Number);
printRows(await live(appends, perSecond));
