import { large, people as persons } from '../fixtures.ts'
import { aFreshBody, file, register, smallWay, stations, walk } from './cases.ts'
import { aDeadLetter, aNoticeTo, aTask } from './notices.ts'
import { personOf } from './people.ts'
import { startZhigai, type Zhigai } from './zhigai.ts'

const { administrator, clerk, verifier } = persons

/** All of zhigai on a record with a few cases of each kind, among hundreds of others; `id` is that of a certified one. */
export async function startAmongDecoys(): Promise<{ zhigai: Zhigai; id: string }> {
  const zhigai = await startZhigai()
  await register(zhigai)
  for (const way of [[], [], stations.application, stations['districtVerification unclaimed']])
    await walk(zhigai, await file(zhigai), way)
  for (const way of [stations['municipalReview unclaimed'], stations['municipalReview claimed']])
    await walk(zhigai, await file(zhigai, aFreshBody(large)), way)
  for (const way of [smallWay, smallWay]) await walk(zhigai, await file(zhigai), way)
  const { id } = await walk(zhigai, await file(zhigai), smallWay)
  await surround(zhigai, id)
  await tellMany(zhigai, id)
  return { zhigai, id }
}

/** Puts records of others all around those of a project: newer and older, sooner due and later. */
export async function surround(zhigai: Zhigai, id: string): Promise<void> {
  const { projects, history, certificates, duplicateKeys, tasks, people } = zhigai.models
  const [project, line, certificate, task] = await Promise.all([
    projects.findById(id).lean(),
    history.findOne({ project: id }).lean(),
    certificates.findOne({ project: id }).lean(),
    tasks.findOne({ project: id }).lean(),
  ])
  if (!project || !line || !certificate || !task) throw new Error('the model of the decoys is not certified')
  const others = { uscc: 'another', district: 'another' }
  const decoys = Array.from({ length: 300 }, (_, index) => {
    const name = `${index % 2 ? 'a' : 'z'}-${index}`
    const filedAt = new Date(Date.now() + (index % 2 ? index : -index) * 86_400_000)
    return {
      project: { ...project, ...others, _id: name, phase: 'assessment', filedAt },
      task: {
        ...task,
        ...others,
        _id: name,
        project: name,
        open: index % 3 > 0,
        roles: ['enterprise', 'district'],
      },
      line: { ...line, _id: name, project: name },
      claim: { _id: name, project: name, by: administrator, at: filedAt },
      person: personOf({ ...(index % 2 ? verifier : clerk), ...others, user: name }),
      certificate: {
        ...certificate,
        ...others,
        _id: name,
        project: name,
        year: 2020,
        certifiedOn: '2020-06-01',
      },
    }
  })
  await projects.insertMany(decoys.map((decoy) => decoy.project))
  await history.insertMany(decoys.map((decoy) => decoy.line))
  await tasks.insertMany(decoys.map((decoy) => decoy.task))
  await duplicateKeys.insertMany(decoys.map((decoy) => decoy.claim))
  await people.insertMany(decoys.map((decoy) => decoy.person))
  await certificates.insertMany(decoys.map((decoy) => decoy.certificate))
}

/** A time before or after now, further away with each number. */
const at = (index: number) => new Date(Date.now() + (index % 2 ? index : -index) * 60_000)

/** Puts notices, messages, tasks and people of others around a few of the district's officers. */
export async function tellMany(zhigai: Zhigai, project: string): Promise<void> {
  const { notices, messages, tasks, people: known } = zhigai.models
  const boxes = [verifier.user, 'mailbox:district:渝北区']
  const decoys = Array.from({ length: 300 }, (_, index) => index)
  const opened = { openedAt: new Date() }
  await notices.insertMany([
    ...boxes.flatMap((box) => Array.from({ length: 4 }, () => aNoticeTo(box))),
    ...decoys.map((index) => aNoticeTo(boxes[index % 2] ?? '', { ...opened, sentAt: at(-400 - index) })),
    ...decoys.map((index) => aNoticeTo(boxes[index % 2] ?? '', { status: 'pending', sentAt: null })),
    ...decoys.map((index) => aNoticeTo(boxes[index % 2] ?? '', { channel: 'email', sentAt: at(index) })),
    ...decoys.map((index) => aNoticeTo('another', { sentAt: at(index) })),
  ])
  await messages.insertMany([
    ...Array.from({ length: 4 }, () => aDeadLetter({ notices: ['n-1', 'n-2'] })),
    ...decoys.map((index) => aDeadLetter({ status: 'sent', at: at(index) })),
  ])
  await tasks.insertMany([
    ...Array.from({ length: 4 }, () => aTask({ project })),
    ...decoys.map(() => aTask({ project, uscc: 'another', open: false })),
    ...decoys.map(() => aTask({ project, uscc: 'another', dueOn: null })),
    ...decoys.map((index) =>
      aTask({ project, district: 'another', uscc: 'another', dueOn: `20${10 + (index % 80)}-01-01` }),
    ),
    ...decoys.map(() => aTask({ project, roles: ['another'], uscc: 'another' })),
  ])
  await known.insertMany(
    decoys.map((index) => ({ ...personOf({ ...verifier, user: `person-${index}` }), feed: `${index}` })),
  )
}
