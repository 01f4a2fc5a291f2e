import { addressOf } from '../../../lesson/folder.ts';
import { labLessons, projectAt } from '../../../lesson/project.ts';

/** The labs as projects: loaded when the reader downloads one, or runs it in Node. */
export function getStaticPaths() {
  return labLessons().map((file) => ({ params: { lab: addressOf(file) }, props: { file } }));
}

/** The project of one lab. */
export async function GET({ props }: { props: { file: string } }): Promise<Response> {
  return Response.json(await projectAt(props.file));
}
