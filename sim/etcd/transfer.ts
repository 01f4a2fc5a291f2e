import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { EtcdState, Transfer } from './state.ts';

/** A leader hands over within an election timeout, or not at all. */
const PATIENCE_MS: Millis = 1000;
const TOO_LONG = 'etcdserver: request timed out, leader transfer took too long';

/** Somebody waits until the target leads. */
export function awaitTransfer(state: EtcdState, transfer: Transfer, io: IO): void {
  state.transfer = transfer;
  io.after(PATIENCE_MS, 'transfer', { id: transfer.id }, { routine: true });
}

/** Tells that the target leads, when it does. */
export function tellTransfer(state: EtcdState, io: IO): void {
  if (state.transfer === null || state.raft.leader !== state.transfer.target) return;
  io.reply(state.transfer, 'leaderMoved', {});
  state.transfer = null;
}

/** It took too long. */
export function giveUpTransfer(state: EtcdState, id: string, io: IO): void {
  if (state.transfer?.id !== id) return;
  io.reply(state.transfer, 'leaderMoved', { error: TOO_LONG });
  state.transfer = null;
}
