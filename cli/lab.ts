// `node cli/lab.ts FOLDER`: runs every program of a lab against its tests and prints the verdicts as JSON. The lesson
// check calls it, so that a program which hangs in spite of all bounds can be ended from outside.
import { verdictsOf } from '../src/lab/node/verdicts.ts';

const [folder = ''] = process.argv.slice(2);
console.log(JSON.stringify(await verdictsOf(folder)));
