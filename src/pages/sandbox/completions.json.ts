import { readApi } from '../../lab/completion/readapi.ts';
import { apiText } from '../../lab/project/apitext.ts';

/** What the editor of a lab offers, from the types that the lab is compiled with. */
export function GET(): Response {
  return Response.json(readApi(apiText()));
}
