import { frameHtml } from '../../lab/sandbox/framehtml.ts';

/** The frame in which the programs of readers run. Not a page: nobody goes there. */
export async function GET(): Promise<Response> {
  return new Response(await frameHtml(), { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}
