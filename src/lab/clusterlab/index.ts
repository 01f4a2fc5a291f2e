/** What programs and tests of labs import as `cluster-lab`. Handed out as one text: see `../project/apitext.ts`. */
export type * from '../api.ts';
export type * from '../caseapi.ts';
export type * from '../proxyapi.ts';
export type * from '../voteapi.ts';
