import { type ClientState, call } from '../../sim/client/calls.ts';
import { createClient, receiveClient } from '../../sim/client/client.ts';
import type { Component } from '../../sim/kernel/component.ts';
import type { AnyMessage } from '../../sim/kernel/message.ts';
import { part } from '../../sim/kernel/state.ts';
import type { HttpRequest, HttpResponse } from '../../sim/protocol/http.ts';
import { certificateOf } from '../../sim/protocol/http.ts';

export interface DriverState {
  client: ClientState;
  answers: HttpResponse[];
}

/** Sends what a test asks for, and keeps the answers. */
export const driver: Component<DriverState> = {
  name: 'driver',
  init: () =>
    part<DriverState>({ client: createClient('driver', certificateOf('driver', 'system:masters')), answers: [] }),
  receive: (state, message, io) => {
    if (message.kind === 'ask') call(state.client, io, message.body as unknown as HttpRequest, 'asked');
    const answer = receiveClient(state.client, message as AnyMessage, io)?.answer;
    if (answer !== undefined) state.answers.push(answer.response);
  },
  inspect: () => null,
};
