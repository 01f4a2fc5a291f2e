import { readFileSync } from 'node:fs';
import { readApi } from '../../lab/completion/readapi.ts';

/** What the editor of a lab offers, from the types that the lab is compiled with. */
export function GET(): Response {
  return Response.json(readApi(readFileSync('src/lab/api.ts', 'utf8')));
}
