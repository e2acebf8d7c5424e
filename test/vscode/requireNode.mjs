// Imported first by the scripts a person starts: an old Node would fail later, with a message that helps nobody.
import { oldestNode } from './versions.mjs';

const parts = (version) => version.split('.').map(Number);
const [major, minor] = parts(process.versions.node);
const [oldestMajor, oldestMinor] = parts(oldestNode);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(`Node ${oldestNode} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
