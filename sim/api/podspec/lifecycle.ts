import type { HTTPGetAction } from '../kinds/pod.ts';
import type { IntOrString } from '../meta.ts';

/** What a container does after its start and before its end. */
export type Lifecycle = {
  readonly postStart?: LifecycleHandler;
  readonly preStop?: LifecycleHandler;
  readonly stopSignal?: string;
};

/** Exactly one of its fields. */
export type LifecycleHandler = {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string };
  readonly sleep?: { readonly seconds: number };
};
