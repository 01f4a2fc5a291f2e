import { readTexts } from './read.ts';

/** What fields mean wherever they stand: for structs that do not say it better. */
export const commonTexts = readTexts(`
apiVersion The version of the API that this object is written in.
kind What sort of object this is.
metadata Name, labels and what else every object has.
spec What is wished for.
status What is. Written by the cluster's components, not by people.
name A name.
namespace The namespace of the object.
uid The unique id of the object.
resourceVersion The version of the object when it was read.
conditions Answers to yes-or-no questions about the object, each with a reason.
type Which question or which sort.
reason One word in CamelCase for programs.
message A sentence for people.
lastTransitionTime When the answer last changed.
lastUpdateTime When the answer was last written.
lastHeartbeatTime When the answer was last confirmed.
lastProbeTime When the answer was last looked for.
observedGeneration The generation of the spec that this status speaks of.
readOnly Whether nothing may be written. Default false.
fsType The file system of the volume, such as ext4.
secretRef The Secret with the credentials.
optional Whether it may be missing.
items Which keys become files, and where. Without it, all do.
defaultMode The permission bits of the files. Default 0644.
mode The permission bits of this file.
path The path, relative to where the volume is mounted.
key The key.
operator How key and values are compared.
values What the key's value is compared with.
labelSelector Which objects are meant, by their labels.
volumeID The volume, as its provider names it.
partition The partition of the disk.
port A port, by number or by name.
protocol TCP, UDP or SCTP. Default TCP.
host A host name or address.
`);
