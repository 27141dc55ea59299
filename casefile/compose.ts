import { phaseOf } from '../policy/case.ts'
import { eventLabels, nameOfTask } from '../policy/labels.ts'
import { applicationBlocks } from './compose-application.ts'
import { decisionBlocks, paperBlocks, timelineBlocks } from './compose-history.ts'
import { deadlineBlocks, noticeBlocks, readBlocks } from './compose-notices.ts'
import type { CaseFile } from './content.ts'
import type { Block, Box, Document } from './document.ts'
import { mostBoxes } from './way-drawing.ts'
import { dayWords, instantWords } from './words.ts'

/** The printed form of a case file. */
export function composeDocument(file: CaseFile): Document {
  const { project, exportedBy } = file
  const { name } = project.state.case.application
  return {
    title: `案卷 ${project.id} ${name}`,
    header: `案卷 Case file · ${project.id} · ${name}`,
    author: `${exportedBy.user}（${exportedBy.role}）`,
    blocks: [
      ...cover(file),
      ...applicationBlocks(file),
      ...timelineBlocks(file),
      ...deadlineBlocks(file),
      ...noticeBlocks(file),
      ...decisionBlocks(file),
      ...paperBlocks(file),
      ...wayBlocks(file),
      ...readBlocks(file),
      ...proofBlocks(file),
    ],
  }
}

function cover(file: CaseFile): Block[] {
  const { project, edition, certificate, exportedAt, exportedBy } = file
  const { application, enterprise } = project.state.case
  const phase = nameOfTask(edition.document, project.phase)
  return [
    {
      kind: 'title',
      text: { zh: '智能化改造项目案卷', en: 'Case file of a project' },
      under: application.name,
    },
    {
      kind: 'fields',
      rows: [
        [{ zh: '项目编号', en: 'project' }, project.id],
        [{ zh: '申报主体', en: 'enterprise' }, `${enterprise.name}\n${enterprise.uscc}`],
        [{ zh: '区县', en: 'district' }, application.district],
        [{ zh: '证书编号', en: 'certificate' }, certificate?.number ?? '无 none'],
        [{ zh: '当前状态', en: 'state' }, `${phase.zh} ${phase.en}`],
        [{ zh: '记录条数', en: 'lines of the history' }, String(project.revision)],
        [{ zh: '申报时间', en: 'filed' }, instantWords(project.filedAt)],
        [{ zh: '发证机关', en: 'authority' }, edition.document.authority.zh],
        [
          { zh: '适用版', en: 'edition' },
          `${edition.document.title.zh}（${edition.document.id}）\nSHA-256 ${edition.hash}`,
        ],
        [{ zh: '导出时间', en: 'printed at' }, instantWords(exportedAt)],
        [{ zh: '导出人', en: 'printed by' }, `${exportedBy.user}（${exportedBy.role}）`],
      ],
    },
    {
      kind: 'note',
      text: {
        zh: '时间均为北京时间。本件由系统自案卷记录生成，签名数据见 case.json 与 manifest.json。',
        en: 'All times are those of Shanghai. Printed from the record; the signatures are in case.json and manifest.json.',
      },
    },
  ]
}

/** The phases that a case has gone through, each with the day on which it was entered and what led on. */
export function wayOf({ lines, edition: { document } }: Pick<CaseFile, 'lines' | 'edition'>): Box[] {
  const turns = lines.filter(({ from, to }) => from === null || phaseOf(from) !== phaseOf(to))
  const boxes = turns.map(({ to, on }, index): Box => {
    const phase = phaseOf(to)
    const next = turns[index + 1]
    return {
      title: nameOfTask(document, phase),
      on: dayWords(on),
      next: next ? eventLabels[next.type] : null,
      isEnd: document.ends.some(({ id }) => id === phase),
    }
  })
  if (boxes.length <= mostBoxes) return boxes
  const half = mostBoxes / 2
  const left = boxes.length - mostBoxes + 1
  const between = { title: { zh: `另有${left}步`, en: `${left} more` }, on: '', isEnd: false }
  const next = boxes[boxes.length - half - 1]?.next ?? null
  return [...boxes.slice(0, half - 1), { ...between, next }, ...boxes.slice(-half)]
}

function wayBlocks(file: CaseFile): Block[] {
  return [
    { kind: 'heading', text: { zh: '办理路径', en: 'The way taken' }, newPage: true },
    { kind: 'way', boxes: wayOf(file) },
  ]
}

function proofBlocks({ project, lines, anchors, runs, edition, signature }: CaseFile): Block[] {
  const last = anchors.findLast(({ leaf }) => leaf.kind === 'case')
  return [
    { kind: 'heading', text: { zh: '完整性凭据', en: 'Proof of integrity' }, newPage: true },
    {
      kind: 'fields',
      rows: [
        [{ zh: '末条链值', en: 'last link of the chain' }, `第${lines.length}条 ${project.head}`],
        [{ zh: '版的摘要', en: 'hash of the edition' }, edition.hash],
        [
          { zh: '每日锚点', en: 'daily anchor' },
          last
            ? `第${last.anchor.serial}号，${dayWords(last.anchor.day)}，覆盖至第${last.leaf.revision}条\n根 root ${last.anchor.root}\n` +
              `签名密钥 key ${last.anchor.key}（${last.anchor.suite}）`
            : '尚未锚定 not anchored yet',
        ],
        [{ zh: '案卷签名算法', en: 'suite of the signature' }, signature.suite],
        [{ zh: '案卷签名密钥', en: 'key of the signature' }, signature.key],
        [{ zh: '案卷签名时间', en: 'signed at' }, instantWords(signature.at)],
      ],
    },
    { kind: 'subheading', text: { zh: '工作流运行记录', en: 'runs of the workflow' } },
    {
      kind: 'table',
      columns: [
        { title: { zh: '序号', en: 'no.' }, share: 1 },
        { title: { zh: '运行', en: 'run' }, share: 4 },
        { title: { zh: '事件数', en: 'events' }, share: 1.2 },
        { title: { zh: '历史摘要', en: 'digest of the history' }, share: 7 },
      ],
      rows: runs.map(({ number, runId, events, archive }) => [
        String(number),
        runId,
        String(events),
        archive,
      ]),
      empty: { zh: '无', en: 'none' },
    },
    {
      kind: 'note',
      text: {
        zh:
          '核验方法：zhigai history check <案卷目录>，无需联网。签名只证明案卷自签出后未被改动；密钥须与机关公布的密钥编号核对。' +
          '本件未加盖电子印章，不是 GB/T 38540 所称的电子签章文件，不能替代加盖公章的纸质件。',
        en:
          'To check: zhigai history check <folder>, offline. The signature proves that nothing was changed since it was made; compare ' +
          'the key with the one that the authority has published. This is no document with an electronic seal (GB/T 38540).',
      },
    },
  ]
}
