import { z } from 'zod'
import { Serial } from '../../models/cursor.ts'
import { digestOfAnchor } from '../../evidence/audit/anchor-log.ts'
import { pathOf } from '../../evidence/audit/proof.ts'
import { nameDigest, suites } from '../../evidence/audit/suites.ts'
import { anchorOf, type HistoryRecord, type LeafRecord } from '../../models/index.ts'
import { leafId, suiteNames, type Anchor } from '../../policy/integrity/anchors.ts'
import { RefusalError } from '../../policy/errors.ts'
import { refuseBeyond, refuseOnPlatform } from '../../policy/access/role-refusals.ts'
import type { Dependencies } from '../dependencies.ts'
import { findPage, PageQuery, pageSchema, wholeNumber } from '../http/page.ts'
import { route, type Route } from '../http/route.ts'
import { getVisible } from '../projects/visible.ts'

const AnchorView = z
  .object({
    serial: z.int(),
    day: z.string(),
    at: z.string(),
    previous: z.string().nullable().meta({ description: 'Digest of the anchor before.' }),
    count: z.int(),
    root: z.string(),
    suite: z.enum(suiteNames),
    key: z.string().meta({ description: 'SHA-256 of the public key.' }),
    publicKey: z.string().meta({ description: 'SubjectPublicKeyInfo in DER, in base64.' }),
    signature: z.string(),
    digest: z.string().meta({ description: 'What the next anchor names as `previous`.' }),
  })
  .meta({ id: 'Anchor' })

const Proof = pageSchema(
  z.object({
    revision: z.int(),
    previous: z.string().nullable(),
    stateDigest: z.string(),
    link: z.string(),
    line: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What the link covers, but for the digests beside it.' }),
  }),
)
  .extend({
    project: z.string(),
    head: z.string(),
    anchors: z
      .array(z.int())
      .meta({ description: 'The anchors that have a leaf of the case, latest first.' }),
    anchor: AnchorView.nullable(),
    leaf: z
      .object({ kind: z.literal('case'), id: z.string(), revision: z.int().nullable(), digest: z.string() })
      .nullable(),
    path: z
      .array(z.object({ side: z.enum(['left', 'right']), hash: z.string() }))
      .meta({ description: 'From the leaf to the root.' }),
  })
  .meta({ id: 'Proof' })

const mostAnchors = 100

/** The signed anchors, and what shows that a case is under them. */
export function anchorRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), proofRoute(deps)]
}

function listRoute({ models }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/anchors',
    tag: 'operations',
    summary: { zh: '防篡改锚点，新的在前', en: 'Signed anchors over the record, newest first' },
    admit: (caller) => refuseOnPlatform(caller, 'readAnchors'),
    query: PageQuery,
    answer: { status: 200, schema: pageSchema(AnchorView) },
    async handle({ query }) {
      const order = { by: ['_id'], key: Serial, way: '$lt' } as const
      const { items, next } = await findPage(models.anchors, {}, query, order)
      return { body: { items: items.map((record) => viewAnchor(anchorOf(record))), next } }
    },
  })
}

function proofRoute(deps: Dependencies): Route {
  return route({
    method: 'get',
    path: '/projects/{id}/proof',
    tag: 'projects',
    summary: {
      zh: '案卷完整性证明：各记录链值与签名锚点，可离线核验',
      en: 'Proof of a case: its links and the signed anchor over them, to be verified offline',
    },
    params: z.strictObject({ id: z.string().min(1).max(60) }),
    query: PageQuery.extend({
      anchor: wholeNumber(1, 999_999)
        .optional()
        .meta({ description: 'Under this anchor; the latest one, if left out.' }),
    }),
    answer: { status: 200, schema: Proof },
    logsReads: true,
    errors: ['not-found', 'not-your-role'],
    async handle({ params: { id }, query: { anchor: serial, ...query }, caller }) {
      const { record, loaded } = await getVisible(deps, id, caller)
      // Digests cover who decided: whoever knows the rest could try names until one fits.
      const refusal = refuseBeyond(loaded.edition, caller, ['district', 'all'])
      if (refusal) throw new RefusalError(refusal)
      const order = { by: ['revision'], key: Serial, way: '$gt' } as const
      const [{ items, next }, proof] = await Promise.all([
        findPage(deps.models.history, { project: record._id }, query, order),
        proofOf(deps, record._id, serial),
      ])
      const lines = { items: items.map(viewLine), next }
      return { body: { ...lines, project: record._id, head: record.head, ...proof } }
    },
  })
}

/** The leaf of a case in one anchor, or the latest, with the way to its root. */
async function proofOf({ models }: Dependencies, id: string, serial: number | undefined) {
  const leaves = await models.leaves
    .find({ id, kind: 'case' })
    .sort({ id: -1, anchor: -1 })
    .limit(mostAnchors)
    .lean()
  const leaf =
    serial === undefined
      ? leaves[0]
      : await models.leaves.findById(leafId(serial, { kind: 'case', id })).lean()
  const record = leaf && (await models.anchors.findById(leaf.anchor).lean())
  const anchors = leaves.map(({ anchor }) => anchor)
  if (!leaf || !record) {
    if (serial !== undefined) throw new RefusalError({ code: 'not-found' })
    return { anchors, anchor: null, leaf: null, path: [] }
  }
  const anchor = anchorOf(record)
  const { hashName } = suites[anchor.suite]
  const path = await pathOf(models, anchor, leaf._id)
  return {
    anchors,
    anchor: viewAnchor(anchor),
    leaf: viewLeaf(leaf),
    path: path.map(({ side, hash }) => ({ side, hash: nameDigest(hashName, hash) })),
  }
}

function viewAnchor(anchor: Anchor): z.infer<typeof AnchorView> {
  return { ...anchor, digest: digestOfAnchor(anchor) }
}

function viewLeaf({ id, revision, digest }: LeafRecord) {
  return { kind: 'case' as const, id, revision, digest }
}

/** What `linkOf` covers but for the two digests beside it. */
function viewLine(doc: HistoryRecord) {
  const { _id, run: _run, previous, stateDigest, link, at, ...covered } = doc
  const { revision } = doc
  return {
    revision,
    previous,
    stateDigest,
    link,
    line: { ...covered, at: at.toISOString() },
  }
}
