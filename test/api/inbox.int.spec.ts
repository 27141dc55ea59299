import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NoticeRecord } from '../../models/index.ts'
import type { Actor } from '../../policy/case/case.ts'
import { mailboxOf } from '../../policy/notices/recipients.ts'
import { people } from '../fixtures.ts'
import { file, register } from '../support/cases.ts'
import type { Page, ProjectBody } from '../support/http.ts'
import { aNoticeTo } from '../support/notices.ts'
import { problemOf } from '../support/problems.ts'
import { startZhigai, type Zhigai } from '../support/zhigai.ts'

const { clerk, colleague, competitor, elsewhere, reviewer, secondVerifier, verifier } = people
const mailbox = 'mailbox:district:渝北区'
type Item = { id: string; sentAt: string; openedAt: string | null }

let zhigai: Zhigai
let project: ProjectBody
beforeAll(async () => {
  zhigai = await startZhigai()
  await register(zhigai)
  project = await file(zhigai)
})
afterAll(() => zhigai.stop())

const put = async (...notices: NoticeRecord[]) => {
  await zhigai.models.notices.insertMany(notices)
  return notices.map(({ _id }) => _id)
}

async function inboxOf(person: Actor, query = ''): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor = ''; ;) {
    const { status, body } = await zhigai.as(person).get<Page<Item>>(`/inbox?limit=3${query}${cursor}`)
    expect(status).toBe(200)
    found.push(...body.items)
    if (body.next === null) return found
    cursor = `&cursor=${body.next}`
  }
}

const idsOf = async (person: Actor, query?: string) => (await inboxOf(person, query)).map(({ id }) => id)
const open = (person: Actor, id: string) =>
  zhigai.as(person).post<Item & { code?: string }>(`/inbox/${encodeURIComponent(id)}/opened`, {})

describe('the inbox', () => {
  it('says what happened in which project, in both languages', async () => {
    const notice = aNoticeTo('reader', { project: project.id, words: '请尽快', dueOn: '2021-04-09' })
    await put(notice)
    const { body } = await zhigai.as({ ...verifier, user: 'reader' }).get<Page>('/inbox')
    expect(body).toEqual({
      items: [
        {
          id: notice._id,
          title: { zh: '新待办：区县核实', en: 'New task: district verification' },
          kind: 'opened',
          kindName: { zh: '新待办', en: 'new task' },
          project: {
            id: project.id,
            name: project.application['name'],
            link: `/api/v1/projects/${project.id}`,
            enterprise: '重庆嘉陵齿轮有限公司',
            uscc: project.application['uscc'],
            certificate: null,
          },
          event: null,
          outcome: null,
          task: 'districtVerification',
          taskName: { zh: '区县核实', en: 'district verification' },
          part: null,
          dueOn: '2021-04-09',
          from: null,
          days: 20,
          unit: 'workingDays',
          required: false,
          article: '三（三）',
          asked: null,
          words: '请尽快',
          addressee: { zh: '渝北区经济信息部门', en: 'The economic and information authority of 渝北区' },
          happened: { zh: '区县核实现由你单位办理。', en: 'The district verification is yours now.' },
          until: expect.any(Object),
          otherwise: expect.any(Object),
          basis: expect.objectContaining({ zh: expect.stringMatching(/^《重庆市.*通知》三（三）$/) }),
          remedies: null,
          contact: expect.any(Object),
          signedBy: expect.any(Object),
          sentAt: notice.sentAt?.toISOString(),
          openedAt: null,
        },
      ],
      next: null,
    })
  })

  it("holds one's own and the mailbox's, newest first, none twice, though many came in one moment", async () => {
    const person = { user: 'pager', role: 'district', district: '北碚区' }
    const there = { district: '北碚区' }
    const at = new Date('2021-04-01T01:00:00Z')
    const later = new Date('2021-04-02T01:00:00Z')
    const ids = await put(
      ...Array.from({ length: 4 }, () => aNoticeTo('pager', { ...there, sentAt: at, sendAt: later })),
      ...Array.from({ length: 4 }, () => aNoticeTo('mailbox:district:北碚区', { ...there, sentAt: at })),
      aNoticeTo('pager', { ...there, sentAt: later, sendAt: at }),
    )
    const [newest = '', ...rest] = ids.toReversed()
    expect(await idsOf(person)).toEqual([newest, ...rest.toSorted().toReversed()])
  })

  it('holds nothing that is not sent, and nothing of other channels', async () => {
    const person = { user: 'quiet', role: 'municipal' }
    const statuses = ['pending', 'failed', 'cancelled', 'declined'] as const
    await put(
      ...statuses.map((status) => aNoticeTo('quiet', { status })),
      aNoticeTo('quiet', { channel: 'email' }),
      aNoticeTo('quiet', { channel: 'webhook' }),
    )
    expect(await idsOf(person)).toEqual([])
  })

  it('shows what is not opened alone, if asked', async () => {
    const person = { user: 'half', role: 'district', district: '长寿区' }
    const [first = '', second = '', third = ''] = await put(
      ...Array.from({ length: 3 }, () => aNoticeTo('half', { district: '长寿区' })),
    )
    expect((await open(person, second)).status).toBe(200)
    expect((await idsOf(person, '&unread=true')).toSorted()).toEqual([first, third].toSorted())
    expect(await idsOf(person, '&unread=false')).toHaveLength(3)
  })
})

const everybody = Object.entries(people)

/** The district or the enterprise in the name of a mailbox. */
function placeOfBox(box: string): { district?: string; uscc?: string } {
  const [, , place = ''] = box.split(':')
  if (place === '') return {}
  return place.startsWith('9') ? { uscc: place } : { district: place }
}

describe('who reads what', () => {
  it('is their own and the mailbox of their role, district and enterprise', async () => {
    await zhigai.models.notices.deleteMany({})
    const boxes = new Set(
      everybody.map(([, { role, ...of }]) =>
        mailboxOf({
          role,
          district: 'district' in of ? of.district : null,
          uscc: 'uscc' in of ? of.uscc : null,
        }),
      ),
    )
    const forAll = { roles: [...new Set(everybody.map(([, { role }]) => role))] }
    const places = everybody.map(([, { user, ...of }]) => ({
      user,
      ...('district' in of && { district: of.district }),
      ...('uscc' in of && { uscc: of.uscc }),
    }))
    await put(
      ...places.map(({ user, ...place }) => aNoticeTo(user, { ...forAll, ...place })),
      ...[...boxes].map((box) => aNoticeTo(box, { ...forAll, ...placeOfBox(box) })),
    )
    const read: Record<string, string[]> = {}
    for (const [name, actor] of everybody)
      read[name] = (await idsOf(actor)).map((id) => id.split('/').at(-2) ?? '').toSorted()
    expect(read).toEqual({
      clerk: ['lin', 'mailbox:enterprise:91500112MA5ABCD195'],
      colleague: ['luo', 'mailbox:enterpriseAdmin:91500112MA5ABCD195'],
      competitor: ['hu', 'mailbox:enterprise:91500105MA5TEUT05A'],
      verifier: ['mailbox:district:渝北区', 'wang'],
      secondVerifier: ['mailbox:district:渝北区', 'qian'],
      elsewhere: ['mailbox:district:江北区', 'sun'],
      reviewer: ['chen', 'mailbox:municipal:'],
      secondReviewer: ['mailbox:municipal:', 'zhou'],
      auditor: ['mailbox:auditor:', 'shen'],
      administrator: ['adm', 'mailbox:administrator:'],
    })
  })

  it('is not changed by what a token says beside: the scope of the role counts', async () => {
    const own = { ...clerk, district: '渝北区' }
    expect(await idsOf(own)).toEqual(await idsOf(clerk))
    expect(await idsOf({ ...reviewer, district: '渝北区', uscc: clerk.uscc })).toEqual(await idsOf(reviewer))
  })

  it('nobody can be called like a mailbox', async () => {
    const { status, body } = await zhigai.as({ user: mailbox, role: 'municipal' }).get('/inbox')
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'not-signed-in' })
  })

  it.each(['/inbox', '/inbox/stream'])(
    'a role without a place in the procedure is refused: %s',
    async (path) => {
      const { status, body } = await zhigai.as({ user: 'wu', role: 'plumber' }).get(path)
      expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'not-your-role' })
      const placeless = await zhigai.as({ user: 'wu', role: 'district' }).get(path)
      expect(problemOf(placeless)).toMatchObject({ status: 403, zh: expect.stringContaining('未载明') })
      expect((await zhigai.as(null).get(path)).status).toBe(401)
    },
  )
})

describe('opening a notice', () => {
  it('is remembered once', async () => {
    const [id = ''] = await put(aNoticeTo(mailbox))
    const first = await open(verifier, id)
    expect(first).toMatchObject({ status: 200, body: { id, openedAt: expect.any(String) } })
    const again = await open(secondVerifier, id)
    expect(again.body).toEqual(first.body)
  })

  it("is not possible for somebody else's, for what is not sent, and for what is not there", async () => {
    const [theirs = '', pending = ''] = await put(
      aNoticeTo(mailbox),
      aNoticeTo(elsewhere.user, { status: 'pending' }),
    )
    for (const [person, id] of [
      [elsewhere, theirs],
      [reviewer, theirs],
      [clerk, theirs],
      [competitor, theirs],
      [colleague, theirs],
      [elsewhere, pending],
      [elsewhere, 'nothing'],
    ] as const) {
      const { status, body } = await open(person, id)
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' })
    }
    expect(await zhigai.models.notices.countDocuments({ _id: theirs, openedAt: null })).toBe(1)
  })
})

it.each([
  ['/inbox?unread=maybe', 'unread'],
  ['/inbox?cursor=W10', 'cursor'],
  ['/inbox?limit=0', 'limit'],
  ['/inbox?colour=red', 'colour'],
  ['/inbox/stream?since=1', 'since'],
])('%s is refused, and the field is named', async (path, field) => {
  const { status, headers, body } = await zhigai.as(verifier).get(path)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect({ status, code: body['code'], field: body['field'] }).toEqual({
    status: 422,
    code: 'invalid-request',
    field,
  })
})
