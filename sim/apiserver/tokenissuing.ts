import type { IO } from '../kernel/component.ts';
import type { Call } from './call.ts';
import type { ApiServerState } from './state.ts';

/** Answers POST serviceaccounts/NAME/token: a pack's part of the API server. */
export type TokenIssuer = (state: ApiServerState, call: Call, io: IO) => void;

/** In use: without a pack no tokens are issued. */
export const tokenIssuing: { issuer: TokenIssuer | undefined } = { issuer: undefined };
