import { addPrograms } from '../cluster/boot.ts';
import { labController } from '../controllers/lab/labcontroller.ts';
import { labOperator } from '../controllers/lab/laboperator.ts';
import { labMember } from '../etcd/lab/labmember.ts';
import { labProxy } from '../net/kubeproxy/labproxy.ts';
import { labPlugin } from '../scheduler/lab/labplugin.ts';

/** Lets clusters run the reader's programs. Call it before the cluster of a lab boots; again changes nothing. */
export function addLab(): void {
  addPrograms([labController, labOperator, labPlugin, labMember, labProxy]);
}
