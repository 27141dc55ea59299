const nameless = {
  zh: '编号或项目编号类型有误',
  en: 'the name of the document, or of its project, is of another type',
}

/** What can be wrong, in words. */
export const findingWords = {
  'line-changed': { zh: '办理记录与其链值不符', en: 'the line is not what its link says' },
  'line-missing': { zh: '办理记录缺失', en: 'the line is missing' },
  'line-inserted': {
    zh: '多出的办理记录',
    en: 'the line does not belong to any case or lies beyond its head',
  },
  'line-misplaced': { zh: '办理记录不在原位', en: 'the line is not in its place' },
  'line-replaced': {
    zh: '办理记录被替换：后续记录、锚点或引擎历史所记链值不同',
    en: 'the line was replaced: the next line, an anchor or the engine history knows another link',
  },
  'line-unproved': {
    zh: '办理记录所称的运行既未存档，引擎中亦无',
    en: 'the line names a run that is neither kept nor with Temporal',
  },
  'line-late': {
    zh: '办理记录早已存在而其后的锚点未含之',
    en: 'anchors were signed without the line although it says that it was there for more than two days',
  },
  'line-run': {
    zh: '办理记录所称的运行与引擎历史不符',
    en: 'the line names another run than the engine history',
  },
  'snapshot-changed': { zh: '快照与办理记录不符', en: 'the snapshot is not what its line says' },
  'snapshot-missing': { zh: '快照缺失', en: 'the snapshot is missing' },
  'snapshot-inserted': { zh: '多出的快照', en: 'the snapshot has no line' },
  'project-changed': { zh: '项目与其最后一条记录不符', en: 'the project is not what its last line says' },
  'project-missing': { zh: '项目缺失', en: 'the project is missing' },
  'project-inserted': { zh: '多出的项目', en: 'the project has no history' },
  'project-unanchored': {
    zh: '项目自称已入锚点，实无',
    en: 'the project says that it is in an anchor, and is in none',
  },
  'case-unreadable': {
    zh: '案卷内容无法读取',
    en: 'the case holds what no case holds and cannot be checked',
  },
  'case-vanished': { zh: '项目整体消失', en: 'the whole case has vanished' },
  'anchor-changed': { zh: '锚点与其签名不符', en: 'the anchor is not what was signed' },
  'anchor-missing': { zh: '锚点缺失', en: 'the anchor is missing' },
  'anchor-replaced': {
    zh: '锚点被替换：后一锚点或本机日志所记摘要不同',
    en: 'the anchor was replaced: the next one, or the log of this machine, knows another',
  },
  'anchor-key': { zh: '锚点的公钥不受信任', en: 'the key of the anchor is not trusted for it' },
  'anchor-clock': { zh: '锚点的时间早于前一锚点', en: 'the anchor is earlier than the one before it' },
  'anchor-overdue': { zh: '两日以上未签发锚点', en: 'no anchor has been signed for more than two days' },
  'leaf-changed': { zh: '锚点条目被改', en: 'the leaf is not what was signed' },
  'leaf-missing': { zh: '锚点条目缺失', en: 'the leaf is missing' },
  'leaf-inserted': { zh: '多出的锚点条目', en: 'the leaf is not under a signature' },
  'run-changed': {
    zh: '运行记录与其引擎历史或锚点不符',
    en: 'the run is not what its history or an anchor says',
  },
  'run-missing': { zh: '运行记录缺失', en: 'the run is missing' },
  'run-inserted': { zh: '多出的运行记录', en: 'the run does not belong to the chain of its project' },
  'archive-changed': { zh: '存档与其摘要不符', en: 'the archive is not what its digest says' },
  'archive-missing': { zh: '存档缺失', en: 'the archive is missing' },
  'archive-inserted': { zh: '存档无运行记录引用', en: 'no run names the archive' },
  'certificate-changed': {
    zh: '证书与案卷不符',
    en: 'the certificate is not what the lines of its case say',
  },
  'certificate-missing': { zh: '证书缺失', en: 'the certificate is missing' },
  'certificate-inserted': { zh: '多出的证书', en: 'no line has issued the certificate' },
  'edition-changed': { zh: '版与其摘要不符', en: 'the edition is not what its hash says' },
  'edition-missing': { zh: '版缺失', en: 'the edition of a case is missing' },
  'enterprise-changed': {
    zh: '企业登记信息与其最后一次变更记录不符',
    en: 'the record of the enterprise is not what its last change says',
  },
  'enterprise-missing': {
    zh: '有变更记录而企业登记信息缺失',
    en: 'changes name an enterprise that is not in the register',
  },
  'change-changed': {
    zh: '登记变更记录与其链值不符，或与前一变更不相接',
    en: 'the change of the register is not what its link says, or does not go on from the one before',
  },
  'line-nameless': nameless,
  'snapshot-nameless': nameless,
  'project-nameless': nameless,
  'run-nameless': nameless,
  'archive-nameless': nameless,
  'certificate-nameless': nameless,
  'anchor-nameless': nameless,
  'leaf-nameless': nameless,
} as const satisfies Record<`${FindingSubject}-${string}`, { zh: string; en: string }>

type FindingSubject =
  | 'line'
  | 'snapshot'
  | 'project'
  | 'case'
  | 'certificate'
  | 'edition'
  | 'anchor'
  | 'leaf'
  | 'run'
  | 'archive'
  | 'enterprise'
  | 'change'

/** What is wrong. */
export type FindingKind = keyof typeof findingWords

const collections = {
  line: 'history',
  case: 'history',
  snapshot: 'snapshots',
  project: 'projects',
  anchor: 'anchors',
  leaf: 'leaves',
  run: 'runs',
  archive: 'archives',
  certificate: 'certificates',
  edition: 'editions',
  enterprise: 'enterprises',
  change: 'enterpriseChanges',
} as const satisfies Record<FindingSubject, string>

/** Something that is not as it was written: which document, what is wrong with it, and what was expected and found. */
export type AuditFinding = {
  collection: (typeof collections)[FindingSubject]
  id: string
  kind: FindingKind
  expected: string | null
  found: string | null
}

/** A finding on a document; its collection follows from its kind. */
export function finding(
  kind: FindingKind,
  id: string | number,
  { expected = null, found = null }: { expected?: string | null; found?: string | null } = {},
): AuditFinding {
  const [subject] = kind.split('-') as [FindingSubject]
  return { collection: collections[subject], id: String(id), kind, expected, found }
}

/** A finding on the first field of a document that does not say what it should. */
export function firstDifference<T extends object>(
  kind: FindingKind,
  id: string,
  expected: T,
  is: { [K in keyof T]: unknown },
): AuditFinding[] {
  const fields = Object.keys(expected) as (keyof T & string)[]
  const field = fields.find((each) => is[each] !== expected[each])
  if (field === undefined) return []
  const told = { expected: `${field}: ${String(expected[field])}`, found: `${field}: ${String(is[field])}` }
  return [finding(kind, id, told)]
}

/** Keeps findings, the first on each document: what is wrong in one place shows in many. */
export function createFindings(most: number) {
  const found: AuditFinding[] = []
  const named = new Set<string>()
  let more = 0
  return {
    add(findings: readonly AuditFinding[]): void {
      for (const each of findings) {
        const name = `${each.collection}/${each.id}`
        if (named.has(name)) continue
        if (found.length < most) {
          named.add(name)
          found.push(each)
        } else more += 1
      }
    },
    /** Takes back what has turned out to follow from something else. */
    drop(collection: AuditFinding['collection'], id: string): void {
      const at = found.findIndex((each) => each.collection === collection && each.id === id)
      if (at >= 0) found.splice(at, 1)
    },
    has: (collection: AuditFinding['collection'], id: string) => named.has(`${collection}/${id}`),
    list: (): readonly AuditFinding[] => found,
    /** How many there were beyond those that are kept. */
    more: () => more,
  }
}

/** Findings as they are collected. */
export type Findings = ReturnType<typeof createFindings>
