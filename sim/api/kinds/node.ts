import type { ConditionStatus, JsonObject, ObjectMeta, ResourceList, Time } from '../meta.ts';
import type { TaintEffect } from './pod.ts';

export type Node = {
  readonly apiVersion: 'v1';
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: NodeSpec;
  readonly status?: NodeStatus;
};

export type NodeSpec = {
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
  /** True after `kubectl cordon`. */
  readonly unschedulable?: boolean;
  readonly taints?: readonly Taint[];
  readonly configSource?: JsonObject;
  readonly externalID?: string;
};

export type Taint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
  /** Only on NoExecute taints. */
  readonly timeAdded?: Time;
};

export type NodeStatus = {
  readonly capacity?: ResourceList;
  readonly allocatable?: ResourceList;
  readonly phase?: string;
  readonly conditions?: readonly NodeCondition[];
  readonly addresses?: readonly NodeAddress[];
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port: number } };
  readonly nodeInfo?: NodeSystemInfo;
  readonly images?: readonly ContainerImage[];
  readonly volumesInUse?: readonly string[];
  readonly volumesAttached?: readonly JsonObject[];
  readonly config?: JsonObject;
  readonly runtimeHandlers?: readonly JsonObject[];
  readonly features?: JsonObject;
  readonly declaredFeatures?: readonly string[];
};

/** Types in use: MemoryPressure, DiskPressure, PIDPressure, Ready, NetworkUnavailable. */
export type NodeCondition = {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly lastHeartbeatTime?: Time | null;
  readonly lastTransitionTime?: Time | null;
  readonly reason?: string;
  readonly message?: string;
};

export type NodeAddress = {
  readonly type: 'Hostname' | 'InternalIP' | 'ExternalIP' | 'InternalDNS' | 'ExternalDNS';
  readonly address: string;
};

export type ContainerImage = { readonly names?: readonly string[]; readonly sizeBytes?: number };

export type NodeSystemInfo = {
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly containerRuntimeVersion: string;
  readonly kubeletVersion: string;
  /** Deprecated upstream; always ''. */
  readonly kubeProxyVersion: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly swap?: { readonly capacity?: number };
};
