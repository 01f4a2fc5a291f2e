import type { Resource } from '../api/resource.ts';
import { conflict, type Status } from '../api/status.ts';

/** 501: Kubernetes can do it, this simulator does not, and says what to do instead. Not an answer of upstream's. */
export function notModelled(what: string, instead: string): Status {
  const message = `${what} is not simulated here: ${instead}`;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'NotImplemented',
    code: 501,
  };
}

/** The writer means another object of the same name (storage.NewInvalidObjError of a failed UID precondition). */
export function uidConflict(
  resource: Resource,
  name: string,
  key: string,
  wanted: string,
  found: string | undefined,
): Status {
  const failed = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found ?? ''}`;
  const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
  return conflict(resource, name, why);
}
