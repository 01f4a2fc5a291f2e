import type { LabCase, LabCluster, VoteRequest, Voter } from 'cluster-lab';

export const cases: readonly LabCase[] = [
  {
    id: 'fits',
    says: 'A candidate of a later term, whose log has all that yours has, gets the vote.',
    async run(cluster) {
      await expectVote(cluster, true, {}, {});
      await expectVote(cluster, true, { term: 9, lastTerm: 5, lastIndex: 41 }, {});
    },
  },
  {
    id: 'older-term',
    says: 'A candidate of a term that is over gets no vote.',
    async run(cluster) {
      await expectVote(cluster, false, { term: 4 }, {});
    },
  },
  {
    id: 'one-a-term',
    says: 'There is one vote in a term: who comes second gets none.',
    async run(cluster) {
      await expectVote(cluster, true, { term: 5, candidate: 'etcd-0' }, {});
      await expectVote(cluster, false, { term: 5, candidate: 'etcd-1' }, { votedFor: 'etcd-0' });
    },
  },
  {
    id: 'asks-again',
    says: 'The candidate that has your vote hears yes again when it asks again.',
    async run(cluster) {
      await expectVote(cluster, true, { term: 5, candidate: 'etcd-1' }, { votedFor: 'etcd-1' });
    },
  },
  {
    id: 'new-term',
    says: 'A later term has a new vote, whoever got the old one.',
    async run(cluster) {
      await expectVote(cluster, true, { candidate: 'etcd-1' }, { votedFor: 'etcd-0' });
      await expectVote(cluster, true, { candidate: 'etcd-1' }, { votedFor: 'etcd-2' });
    },
  },
  {
    id: 'shorter-log',
    says: 'Two logs end in the same term: the shorter one gets no vote.',
    async run(cluster) {
      await expectVote(cluster, false, { lastIndex: 39 }, {});
    },
  },
  {
    id: 'last-term',
    says: 'Two logs end in different terms: the later term wins, whatever their lengths.',
    async run(cluster) {
      await expectVote(cluster, true, { lastTerm: 5, lastIndex: 12 }, {});
      await expectVote(cluster, false, { lastTerm: 3, lastIndex: 90 }, {});
    },
  },
  {
    id: 'remembers',
    says: 'After a crash the vote of the term still counts: the disk has it, not `api.state`.',
    async run(cluster) {
      await expectVote(cluster, false, { term: 5, candidate: 'etcd-1' }, { votedFor: 'etcd-0' });
    },
  },
  {
    id: 'pre-vote',
    says: 'A yes to a pre-vote gives nothing away: another may get the vote of that term.',
    async run(cluster) {
      await expectVote(cluster, true, { candidate: 'etcd-0', isPreVote: true }, {});
      await expectVote(cluster, true, { candidate: 'etcd-1', isPreVote: true }, {});
      await expectVote(cluster, true, { candidate: 'etcd-1' }, {});
      await expectVote(cluster, false, { candidate: 'etcd-0', isPreVote: true, lastIndex: 39 }, {});
    },
  },
  {
    id: 'hears-leader',
    says: 'While you hear a leader, nobody gets a vote, nor a pre-vote.',
    async run(cluster) {
      await expectVote(cluster, false, {}, { hearsLeader: true });
      await expectVote(cluster, false, { isPreVote: true }, { hearsLeader: true });
    },
  },
  {
    id: 'hands-over',
    says: 'The leader itself may hand over: then hearing it is no reason to refuse.',
    async run(cluster) {
      await expectVote(cluster, true, { isTransfer: true }, { hearsLeader: true });
      await expectVote(cluster, false, { isTransfer: true, lastIndex: 39 }, { hearsLeader: true });
    },
  },
  {
    id: 'peace',
    says: 'In the cluster: a follower that cannot hear the leader does not unseat it.',
    async run(cluster) {
      cluster.fault('cut link/etcd-0/etcd-1');
      await cluster.wait('5s');
      const { length } = cluster.elections();
      cluster.expect(length === 0, `In five seconds ${length} elections were won; etcd-0 led well.`);
    },
  },
  {
    id: 'new-leader',
    says: 'In the cluster: the leader dies, and within three seconds another leads.',
    async run(cluster) {
      cluster.fault('stop etcd-0');
      await cluster.wait('3s');
      const { length } = leadersOf(cluster);
      cluster.expect(length === 1, `${length} members lead.`);
    },
  },
  {
    id: 'keeps-writes',
    says: 'In the cluster: what was acknowledged is there after an election.',
    async run(cluster) {
      cluster.fault('cut node/etcd-1');
      const printed = await cluster.kubectl('kubectl create configmap kept --from-literal=line=one');
      cluster.expect(/created/.test(printed), `The write was not acknowledged: ${printed}`);
      cluster.fault('stop etcd-0');
      cluster.fault('heal node/etcd-1');
      await cluster.wait('4s');
      const [leader] = leadersOf(cluster);
      cluster.expect(leader === 'etcd-2', `${leader ?? 'Nobody'} leads, and has not the write.`);
      const found = cluster.objects<{ metadata: { name: string } }>('configmaps');
      cluster.expect(
        found.some(({ metadata }) => metadata.name === 'kept'),
        'The ConfigMap is gone, though its writer was told that it was created.',
      );
    },
  },
];

/** A voter in term 5 whose log ends with entry 40, of term 4. */
const VOTER: Voter = { term: 5, votedFor: '', lastTerm: 4, lastIndex: 40, hearsLeader: false };
/** Somebody who wants to lead in term 6 with the same log. */
const REQUEST: VoteRequest = {
  candidate: 'etcd-1',
  term: 6,
  lastTerm: 4,
  lastIndex: 40,
  isPreVote: false,
  isTransfer: false,
};

async function expectVote(
  cluster: LabCluster,
  wanted: boolean,
  change: Partial<VoteRequest>,
  known: Partial<Voter>,
): Promise<void> {
  const [request, voter] = [
    { ...REQUEST, ...change },
    { ...VOTER, ...known },
  ];
  const { grant, because } = await cluster.ask(request, voter);
  const words = { true: 'yes', false: 'no' } as const;
  const [said, right] = [words[`${grant}`], words[`${wanted}`]];
  const reason = because === '' ? '' : ` (“${because}”)`;
  cluster.expect(
    grant === wanted,
    `It said ${said}${reason}, not ${right}, to ${tell(request)}. It was asked ${know(voter)}.`,
  );
}

/** `a vote for etcd-1 in term 6 with a log that ends at 40, term 4` */
function tell({ candidate, term, lastTerm, lastIndex, isPreVote, isTransfer }: VoteRequest): string {
  const what = isPreVote ? 'a pre-vote' : 'a vote';
  const how = isTransfer ? ', to whom the leader hands over' : '';
  return `${what} for ${candidate} in term ${term}, whose log ends with entry ${lastIndex} of term ${lastTerm}${how}`;
}

function know({ term, votedFor, lastTerm, lastIndex, hearsLeader }: Voter): string {
  const vote = votedFor === '' ? 'no vote given' : `the vote given to ${votedFor}`;
  const leader = hearsLeader ? ', hearing a leader' : '';
  return `in term ${term}, with ${vote} and a log that ends with entry ${lastIndex} of term ${lastTerm}${leader}`;
}

function leadersOf(cluster: LabCluster): readonly string[] {
  return cluster.members().flatMap(({ name, role, isUp }) => (isUp && role === 'leader' ? [name] : []));
}
