import { describe, expect, it } from 'vitest'
import { viewNotice } from '../../api/inbox/notice-view.ts'
import { noticeBlocks } from '../../evidence/casefile/compose-notices.ts'
import type { Cell } from '../../evidence/casefile/document.ts'
import type { NoticeRecord } from '../../models/index.ts'
import type { Item, OutgoingMessage } from '../../delivery/outgoing-message.ts'
import { mailTextOf } from '../../delivery/channels/email/mail-text.ts'
import { payloadOf } from '../../delivery/channels/webhook/webhook.ts'
import { outcomes } from '../../policy/case/decisions.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { nameOfTask } from '../../policy/case/labels.ts'
import { textOf } from '../../policy/notices/notice-text.ts'
import { noticeLabels, type NoticeKind } from '../../policy/notices/notice.ts'
import { chongqing, treeHouse } from '../fixtures.ts'
import { aCase, samplesOf, today, type Sample } from './samples.ts'

const editions = [chongqing.edition, treeHouse.edition].map((edition) => ({ id: edition.id, edition }))

function itemOf(edition: Edition, notice: NoticeRecord): Item {
  const kase = aCase(edition)
  const dated = nameOfTask(edition, notice.task)
  return { notice, projectName: kase.name, dated, text: textOf(edition, notice, kase, today) }
}

function letterOf(items: Item[], language: OutgoingMessage['to']['language'] = 'both'): OutgoingMessage {
  return {
    id: 'of-a-test',
    to: { email: 'wang@example.org', webhook: null, language },
    code: null,
    ended: [],
    brief: false,
    items,
    at: new Date(0),
  }
}

/** Which samples of each kind are shown where not all can be: every way in which the kind has words of its own. */
const pickedOf = {
  opened: [/^opened \w+$/, /^opened \w+ return$/, /^opened hearing requestRevocation$/],
  before: [/^before progressReport$/],
  due: [/^due completion$/],
  after: [/^after extensionDecision$/, /^after hearing$/],
  escalation: [/^escalation /],
  takeover: [/^takeover revocationDecision$/],
  urge: [/^urge /],
  moved: [/ recalculate$/, / extendTime$/],
  hold: [/^hold /],
  endHold: [/^endHold /],
  suspend: [/^suspend /],
  resume: [/^resume /],
  released: [/^released /],
  withdrawn: [/^withdrawn extensionDecision$/],
  replaced: [/^replaced extensionDecision$/],
  outcome: [
    / approve$/,
    / reject$/,
    / lapse$/,
    / grantExtension$/,
    / refuseExtension$/,
    / revoke$/,
    / refuseRevocation$/,
  ],
} satisfies Record<NoticeKind, [RegExp, ...RegExp[]]>

function pickedFrom(samples: Sample[]): Sample[] {
  return Object.entries(pickedOf).flatMap(([kind, patterns]) =>
    patterns.map(
      (pattern) =>
        samples.find(({ name, notice }) => notice.kind === kind && pattern.test(name)) ??
        expect.fail(`no sample is called ${String(pattern)}`),
    ),
  )
}

const shownAs = (cell: Cell) => (typeof cell === 'string' ? cell : `${cell.zh}\n  ${cell.en}`)

/** The table of a case file that lists some notices, as they were mailed: each row with its cells, in both languages. */
function inCaseFile(edition: Edition, samples: Sample[]): string {
  const notices = samples.map(({ notice }) => ({
    ...notice,
    channel: 'email' as const,
    status: 'sent' as const,
    at: notice.at.toISOString(),
    sendAt: notice.sendAt.toISOString(),
    sentAt: notice.at.toISOString(),
    openedAt: null,
    delivery: { status: 'sent', attempts: 1, sentAt: notice.at.toISOString() },
  }))
  const blocks = noticeBlocks({ notices, edition: { hash: '', document: edition } })
  const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))
  return samples
    .map(({ name }, row) => `════ ${name}\n${(rows[row] ?? []).map(shownAs).join('\n')}\n`)
    .join('\n')
}

describe.each(editions)('every notice of $id', ({ id, edition }) => {
  const samples = samplesOf(edition)
  const picked = pickedFrom(samples)
  /** One of each kind, for what is long. */
  const kinds = picked.filter(({ notice }, place) => notice.kind !== picked[place - 1]?.notice.kind)

  it('of every kind and every outcome is among them', () => {
    expect(new Set(samples.map(({ notice }) => notice.kind))).toEqual(new Set(Object.keys(noticeLabels)))
    for (const each of [samples, picked])
      expect(new Set(each.flatMap(({ notice }) => notice.outcome ?? []))).toEqual(
        // No third party makes a report under these editions: `report.unit.spec.ts`.
        new Set(outcomes.filter((outcome) => outcome !== 'reported')),
      )
  })

  it('reads so in a mail', async () => {
    const mails = samples.map(({ name, notice }) => {
      const { subject, text } = mailTextOf(letterOf([itemOf(edition, notice)]))
      return `════ ${name}\n${subject}\n\n${text}\n`
    })
    await expect(mails.join('\n')).toMatchFileSnapshot(`texts/${id}.mail.txt`)
  })

  it('reads so in a mail as HTML', async () => {
    const html = picked.map(
      ({ name, notice }) => `<!-- ${name} -->\n${mailTextOf(letterOf([itemOf(edition, notice)])).html}`,
    )
    await expect(html.join('\n')).toMatchFileSnapshot(`texts/${id}.mail.html`)
  })

  it('reads so in a case file', async () => {
    await expect(inCaseFile(edition, picked)).toMatchFileSnapshot(`texts/${id}.case-file.txt`)
  })

  it('reads so in a call and an inbox', async () => {
    const calls = kinds.map(
      ({ notice }) => JSON.parse(payloadOf(letterOf([itemOf(edition, notice)]))) as unknown,
    )
    await expect(`${JSON.stringify(calls, null, 2)}\n`).toMatchFileSnapshot(`texts/${id}.webhook.json`)
    const inbox = kinds.map(({ notice }) =>
      viewNotice({ ...notice, sentAt: notice.at }, aCase(edition), edition),
    )
    await expect(`${JSON.stringify(inbox, null, 2)}\n`).toMatchFileSnapshot(`texts/${id}.inbox.json`)
  })

  it.each(samples)('says enough: $name', ({ notice }) => {
    const kase = aCase(edition)
    const { text, html, subject } = mailTextOf(letterOf([itemOf(edition, notice)]))
    const said = textOf(edition, notice, kase, today)
    for (const shown of [text, html]) {
      for (const value of [kase.name, kase.enterprise, kase.uscc, kase.project, kase.certificate ?? ''])
        expect(shown).toContain(value)
    }
    for (const language of ['zh', 'en'] as const) {
      for (const words of [
        said.title,
        said.addressee,
        said.happened,
        said.until,
        said.otherwise,
        said.basis,
        said.contact,
      ]) {
        expect(words[language]).not.toMatch(/^$|undefined|null|\{\}|：$|，，|。。|、。|  /)
        expect(text).toContain(words[language])
      }
    }
    expect(said.basis.zh).toMatch(/^《.+》./)
    expect(said.remedies === null).toBe(notice.kind !== 'outcome')
    if (notice.by) expect(said.happened.zh).not.toContain('本系统')
    if (notice.dueOn !== null && notice.kind !== 'outcome')
      expect(`${said.happened.zh}${said.until.zh}`).toContain('2021年')
    expect(subject).not.toContain(notice.words ?? '\n')
  })
})

describe('what is decided', () => {
  const { edition } = chongqing
  const kase = aCase(edition)
  const titles = samplesOf(edition)
    .filter(({ notice }) => notice.kind === 'outcome')
    .map(({ name, notice }) => [name, textOf(edition, notice, kase, today).title.zh])

  it('has one title, which names the decision', () => {
    expect(Object.fromEntries(titles)).toMatchInlineSnapshot(`
      {
        "outcome correction lapse": "企业补正结果：已撤回",
        "outcome districtVerification approve": "区县核实结果：认定入库",
        "outcome districtVerification reject": "区县核实结果：不予认定",
        "outcome extensionDecision grantExtension": "延期审批结果：同意延期",
        "outcome extensionDecision refuseExtension": "延期审批结果：不同意延期",
        "outcome municipalReview approve": "市级认定结果：认定入库",
        "outcome municipalReview reject": "市级认定结果：不予认定",
        "outcome revocationDecision refuseRevocation": "撤销审批结果：不予撤销",
        "outcome revocationDecision revoke": "撤销审批结果：撤销认定",
      }
    `)
  })

  it('says how to appeal, and until when', () => {
    for (const { notice } of samplesOf(edition).filter(({ notice: { kind } }) => kind === 'outcome')) {
      const { text } = mailTextOf(letterOf([itemOf(edition, notice)], 'zh'))
      expect(text).toMatch(/60日内.*行政复议.*6个月内.*行政诉讼/)
    }
  })
})

describe('a hearing', () => {
  const { edition } = chongqing
  const ofHearings = samplesOf(edition).filter(({ notice: { task } }) => task === 'hearing')
  it.each(ofHearings.filter(({ notice: { kind } }) => !['withdrawn', 'replaced'].includes(kind)))(
    'says on what reason a revocation is proposed: $name',
    ({ notice }) => {
      const { text, html } = mailTextOf(letterOf([itemOf(edition, notice)], 'zh'))
      for (const said of [text, html]) expect(said).toContain('虚报投资')
    },
  )
  it.each(ofHearings.filter(({ notice: { kind } }) => ['before', 'due', 'after', 'urge'].includes(kind)))(
    'says who proposes a revocation: $name',
    ({ notice }) => {
      const { happened } = textOf(edition, notice, aCase(edition), today)
      expect(happened.zh).toContain('渝北区经济信息部门拟撤销本项目的认定，')
    },
  )

  it('says that a revocation is proposed, why, the right to be heard, what silence leads to, and who decides', () => {
    const hearing = samplesOf(edition).find(({ name }) => name === 'opened hearing requestRevocation')
    const { text } = mailTextOf(letterOf(hearing ? [itemOf(edition, hearing.notice)] : [], 'zh'))
    expect(text).toMatchInlineSnapshot(`
      "拟撤销认定告知：陈述申辩

      重庆嘉陵齿轮有限公司：
      　　渝北区经济信息部门拟撤销本项目的认定。决定作出前，你单位有权陈述和申辩；听取意见后，由渝北区经济信息部门中未提出撤销的人员作出决定。
      　　请于2021年4月9日（周五）届满前提交陈述、申辩。
      　　逾期未提交的，视为放弃陈述、申辩，本项目转入撤销审批。

      　　企业：重庆嘉陵齿轮有限公司
      　　统一社会信用代码：91500112MA5ABCD195
      　　项目：齿轮生产线数字化改造
      　　项目编号：01980a6e-7c1b-7000-8000-000000000001
      　　认定证书编号：CQ-2021-500112-0001-7
      　　理由：虚报投资
      　　依据：《重庆市经济和信息化委员会关于开展2021年重庆市智能化改造项目认定工作的通知》三（二）
      　　咨询：请向渝北区经济信息部门咨询，联系方式以其对外公布的为准

      渝北区经济信息部门
      2021年4月1日

      本邮件由系统自动发送，请勿回复。"
    `)
  })
})

describe('the language', () => {
  const { edition } = chongqing
  const [sample] = samplesOf(edition)
  const parts = (language: OutgoingMessage['to']['language']) => {
    const { text, html } = mailTextOf(letterOf(sample ? [itemOf(edition, sample.notice)] : [], language))
    return [
      /Basis/.test(text),
      /依据/.test(text),
      text.indexOf('依据') < text.indexOf('Basis'),
      /lang="en"/.test(html),
    ]
  }

  it('is Chinese alone, English with the Chinese text below, or Chinese with English below', () => {
    expect(parts('zh')).toEqual([false, true, false, false])
    expect(parts('en')).toEqual([true, true, false, true])
    expect(parts('both')).toEqual([true, true, true, true])
  })
})
