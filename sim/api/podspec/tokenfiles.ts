import type { JsonObject } from '../meta.ts';
import { type Errors, invalidValue, required } from '../validate.ts';
import type { PodPart } from './parts.ts';

/** Tokens in projected volumes, and what a mirror has to say. Upstream `validateProjectionSources`. */
export const tokenFiles: PodPart = {
  validate({ volumes = [] }, at) {
    return volumes.flatMap(({ projected }, index) =>
      ((projected?.['sources'] ?? []) as readonly JsonObject[]).flatMap(({ serviceAccountToken }, source) => {
        const field = `${at}.volumes[${index}].projected.sources[${source}].serviceAccountToken`;
        return serviceAccountToken === undefined ? [] : token(serviceAccountToken as JsonObject, field);
      }),
    );
  },
  validateCreate({ metadata, spec }) {
    const name = 'kubernetes.io/config.mirror';
    if (metadata.annotations?.[name] === undefined || spec.nodeName) return [];
    return [required(`metadata.annotations[${name}]`, 'must set spec.nodeName if mirror pod annotation is set')];
  },
};

function token({ expirationSeconds, path }: JsonObject, field: string): Errors {
  const seconds = Number(expirationSeconds ?? 3600);
  const isLong = seconds > 2 ** 32;
  const text = `may not specify a duration ${isLong ? 'larger than 2^32 seconds' : 'less than 10 minutes'}`;
  const isFair = !isLong && seconds >= 600;
  return [
    ...(isFair ? [] : [invalidValue(`${field}.expirationSeconds`, seconds, text)]),
    ...(path ? [] : [required(`${field}.path`)]),
  ];
}
