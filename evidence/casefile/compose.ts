import { phaseOf, type ProjectState } from '../../policy/case/case.ts'
import { eventLabels, nameOfTask } from '../../policy/case/labels.ts'
import { applicationBlocks } from './compose-application.ts'
import { decisionBlocks, paperBlocks, timelineBlocks } from './compose-history.ts'
import { deadlineBlocks, noticeBlocks, readBlocks } from './compose-notices.ts'
import { proofBlocks } from './compose-proof.ts'
import type { CaseFile } from './content.ts'
import type { Block, TraceBox, Document } from './document.ts'
import { exporterWords } from './people.ts'
import { mostBoxes } from './trace-drawing.ts'
import { dayWords, instantWords } from './words.ts'

/** The printed form of a case file. */
export function composeDocument(file: CaseFile): Document {
  const { project } = file
  const { name } = project.state.case.application
  return {
    title: `案卷 ${project.id} ${name}`,
    header: `案卷 Case file · ${project.id} · ${name}`,
    author: exporterWords(file),
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
  const { project, edition, certificate, exportedAt } = file
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
        [{ zh: '当前状态', en: 'state' }, `${phase.zh} ${phase.en}${heldWords(project.state.held)}`],
        [{ zh: '记录条数', en: 'lines of the history' }, String(project.revision)],
        [{ zh: '申报时间', en: 'filed' }, instantWords(project.filedAt)],
        [{ zh: '发证机关', en: 'authority' }, edition.document.authority.zh],
        [
          { zh: '适用版', en: 'edition' },
          `${edition.document.title.zh}（${edition.document.id}）\nSHA-256 ${edition.hash}`,
        ],
        [{ zh: '导出时间', en: 'printed at' }, instantWords(exportedAt)],
        [{ zh: '导出人', en: 'printed by' }, exporterWords(file)],
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

function heldWords(held: ProjectState['held']): string {
  return held ? `\n暂停办理，自${dayWords(held.on)}起 held` : ''
}

/** The phases that a case has gone through, each with the day on which it was entered and what led on. */
export function traceBoxesOf({
  lines,
  edition: { document },
}: Pick<CaseFile, 'lines' | 'edition'>): TraceBox[] {
  const turns = lines.filter(({ from, to }) => from === null || phaseOf(from) !== phaseOf(to))
  const boxes = turns.map(({ to, on }, index): TraceBox => {
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
    { kind: 'trace', boxes: traceBoxesOf(file) },
  ]
}
