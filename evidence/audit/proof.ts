import type { LeafRecord, Models } from '../../models/index.ts'
import { leafBytes, type Anchor } from '../../policy/integrity/anchors.ts'
import { createTree, type Neighbour } from '../../policy/integrity/merkle.ts'
import { suites } from './suites.ts'

/** The neighbours of a leaf on its way to the root of its anchor, from the leaf upwards. */
export async function pathOf(
  { leaves }: Models,
  { serial, suite }: Pick<Anchor, 'serial' | 'suite'>,
  target: string,
): Promise<Neighbour[]> {
  const tree = createTree(suites[suite].hash)
  const inOrder = leaves
    .find({ _id: { $gte: `${serial}:`, $lt: `${serial};` } })
    .sort({ _id: 1 })
    .lean<LeafRecord[]>()
    .cursor({ batchSize: 1_000 })
  for await (const leaf of inOrder) tree.add(leafBytes(leaf), leaf._id === target)
  return tree.close().path
}
