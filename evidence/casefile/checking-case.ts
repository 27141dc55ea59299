import { hashEdition } from '../../models/editions.ts'
import { isSignedAnchor } from '../audit/signed.ts'
import { findingWords } from '../audit/findings.ts'
import { chainOf } from '../audit/lines.ts'
import { nameDigest, suites } from '../audit/suites.ts'
import { leafBytes } from '../../policy/integrity/anchors.ts'
import { digestOf } from '../../policy/integrity/digest.ts'
import type { Words } from '../../policy/edition/edition.ts'
import { rootFrom } from '../../policy/integrity/merkle.ts'
import type { AnchorOfCase, CaseContent } from './content.ts'

/** What does not fit together within a case: chain, states, edition, anchors. Nothing, if all of it does. */
export function faultsOfCase(file: CaseContent): Words[] {
  return guarded(() => [
    ...faultsOfChain(file),
    ...faultsOfStates(file),
    ...faultsOfEdition(file),
    ...file.anchors.flatMap((each) => faultsOfAnchor(file, each)),
  ])
}

function guarded(check: () => Words[]): Words[] {
  try {
    return check()
  } catch {
    return [
      { zh: '内容不完整，无法核验', en: 'does not hold what a case holds, so that it cannot be checked' },
    ]
  }
}

function faultsOfChain({ lines, project }: CaseContent): Words[] {
  const docs = lines.map((line) => ({
    ...line,
    _id: `${project.id}:${line.revision}`,
    at: new Date(line.at),
  }))
  const found = chainOf(project.id, null, docs).findings.map(({ id, kind }): Words => {
    const { zh, en } = findingWords[kind]
    return { zh: `${id} ${zh}`, en: `${id}: ${en}` }
  })
  if (lines.at(-1)?.link === project.head && lines.length === project.revision) return found
  return [...found, { zh: '末条不是案卷的末条链值', en: 'the last line is not the head of the case' }]
}

function faultsOfStates({ lines, snapshots, project }: CaseContent): Words[] {
  const digests = new Map(snapshots.map(({ revision, digest }) => [revision, digest]))
  const wrong = lines.flatMap(({ revision, stateDigest }): Words[] => {
    if (digests.get(revision) === stateDigest) return []
    return [
      {
        zh: `第${revision}条之后的快照缺失或不符`,
        en: `the snapshot after line ${revision} is missing or differs`,
      },
    ]
  })
  const isState = digestOf(project.state) === lines.at(-1)?.stateDigest
  return isState
    ? wrong
    : [...wrong, { zh: '当前状态与末条不符', en: 'the state is not that of the last line' }]
}

function faultsOfEdition({ edition: { hash, document } }: CaseContent): Words[] {
  if (hashEdition(document) === hash) return []
  return [{ zh: '版与其摘要不符', en: 'the edition is not what its hash says' }]
}

function faultsOfAnchor(
  { lines, runs, project }: CaseContent,
  { leaf, anchor, path }: AnchorOfCase,
): Words[] {
  const { serial, suite, root } = anchor
  const { hash, hashName } = suites[suite]
  const told = (zh: string, en: string): Words => ({
    zh: `第${serial}号锚点${zh}`,
    en: `anchor ${serial} ${en}`,
  })
  const known =
    leaf.kind === 'case'
      ? leaf.id === project.id && lines.find(({ revision }) => revision === leaf.revision)?.link
      : runs.find(({ runId }) => runId === leaf.id)?.archive
  const faults: Words[] = []
  if (known !== leaf.digest) faults.push(told('覆盖的内容不符', 'covers something else'))
  if (!isSignedAnchor(anchor)) faults.push(told('签名不符', 'is not what was signed'))
  if (path) {
    const steps = path.map(({ side, hash: hex }) => ({ side, hash: Buffer.from(hex, 'hex') }))
    const led = nameDigest(hashName, rootFrom(hash, leafBytes(leaf), steps))
    if (led !== root) faults.push(told('的根不含本案', 'does not contain this case'))
  }
  return faults
}
