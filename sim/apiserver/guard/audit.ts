import type { MessageId, Millis } from '../../kernel/message.ts';
import type { Entry, RequestMessage } from '../call.ts';
import type { ApiServerState } from '../state.ts';

/** One line of the audit log. Upstream writes the same facts as audit.k8s.io/v1 Event at the level Metadata. */
export interface AuditEvent {
  readonly auditID: MessageId;
  readonly stage: 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete';
  readonly at: Millis;
  readonly user: string;
  /** As whom, when the sender impersonates somebody. */
  readonly impersonatedUser?: string;
  readonly verb: string;
  readonly requestURI: string;
  /** The status of the response, once there is one. */
  readonly code?: number;
  /** `allow` or `forbid`, and the authorizers' reason. */
  readonly decision?: string;
  readonly reason?: string;
}

/** Whose request it is. */
export type Sender = Pick<AuditEvent, 'user' | 'impersonatedUser'>;

/** How it ended. */
export type Outcome = Pick<AuditEvent, 'code' | 'decision' | 'reason'>;

const KEPT = 100;

/**
 * Second stage: what is asked, and by whom, is written down before anything else happens, and once more with the
 * outcome. Follows apiserver/pkg/endpoints/filters/audit.go. The policy here keeps the last 100 events and leaves
 * routine out (leases, heartbeats); kubeadm's clusters keep no audit log until they are given a policy.
 */
export function audit(
  state: ApiServerState,
  { id, routine, body }: Pick<RequestMessage, 'id' | 'routine' | 'body'>,
  stage: AuditEvent['stage'],
  sender: Sender,
  verb: string,
  at: Millis,
  outcome: Outcome = {},
): void {
  if (routine) return;
  state.audit.push({ auditID: id, stage, at, ...sender, verb, requestURI: body.path, ...outcome });
  if (state.audit.length > KEPT) state.audit.shift();
}

/** Who sent a request, and as whom. */
export function senderOf({ sender, user }: Pick<Entry, 'sender' | 'user'>): Sender {
  return sender === undefined ? { user: user.name } : { user: sender.name, impersonatedUser: user.name };
}
