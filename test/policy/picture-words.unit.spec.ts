import { describe, expect, it } from 'vitest'
import { escaped, fit } from '../../policy/diagram/svg.ts'
import { svgOf } from '../../policy/diagram/trace-svg.ts'
import { people } from '../fixtures.ts'
import { certified } from './given.ts'
import { pictureOf, type Phase, type Picture } from './picture.ts'
import { long, often, returned, traceAt } from './traces.ts'

const { clerk, verifier } = people
const pictured = (of: typeof long, today: string, detail: 'phase' | 'state') =>
  pictureOf(svgOf(traceAt(of, today), { zh: '齿轮', en: 'p-1' }, { detail }))

const oftenPicture = pictured(often, '2021-06-07', 'state')
const longPicture = pictured(long, '2021-12-01', 'state')
const returnedPicture = pictured(returned, '2021-03-03', 'phase')

function phaseOf({ phases }: Picture, name: string): Phase {
  return phases.find(({ title }) => title.startsWith(name)) ?? expect.fail(`no phase ${name}`)
}
const words = ({ texts }: Phase) => texts.map(({ content }) => content)

describe('the picture of a trace', () => {
  it('tells of each phase whether the case is there, has been there, or never was', () => {
    const colours = longPicture.phases.map(({ title, box, texts }) => [title, box.fill, texts[0]?.bold])
    expect(colours.slice(2, 6)).toEqual([
      ['区县核实 district verification：曾经过 visited', '#d7e8f7', true],
      ['企业补正 correction：未经过 never', '#ffffff', false],
      ['市级认定 municipal review：未经过 never', '#ffffff', false],
      ['认定入库 certified：当前 current', '#1f5f99', true],
    ])
  })

  it('tells three stays one by one, and counts the others', () => {
    expect(words(phaseOf(oftenPicture, '企业补正')).slice(0, 6)).toEqual([
      '企业补正 ×5',
      'correction',
      '2021-02-10 – 02-22  12 天（4 工作日）',
      '2021-02-22 – 03-01  7 天（5 工作日）',
      '2021-04-01 – 04-06  5 天（2 工作日）',
      '另 2 次；共 34 天（15 个工作日）',
    ])
  })

  it('tells one stay by its days, and where they are none, by the day', () => {
    expect(words(phaseOf(returnedPicture, '智能制造能力测评'))).toEqual([
      '智能制造能力测评',
      'capability assessment',
      '2021-02-09',
    ])
    expect(words(phaseOf(returnedPicture, '区县核实'))).toEqual([
      '区县核实 ×3',
      'district verification',
      '2021-02-09 – 02-10  1 天（1 工作日）',
      '2021-02-22',
      '2021-03-01 – 今  2 天（2 工作日）',
    ])
    expect(words(phaseOf(longPicture, '区县核实')).slice(3)).toEqual([
      '待签收 unclaimed',
      '2021-03-01，0 天',
      '已签收 claimed',
      '2021-03-01，0 天',
    ])
  })

  it('tells of a state how often and how long the case was there, and when last', () => {
    const told = words(phaseOf(longPicture, '认定入库'))
    const after = (name: string) => told[told.indexOf(name) + 1]
    expect(after('暂停办理 held')).toBe('2021-07-01 – 07-05，4 天')
    expect(after('建设中 under construction ×3')).toBe('共 171 天，末次 2021-07-20 – 08-31')
    expect(after('已超期 overdue ×2')).toBe('共 77 天，末次 2021-11-25 – 今')
    expect(after('进展逾期 report late')).toBe('2021-04-16 – 今，229 天')
  })

  it('names what states belong to, once above them', () => {
    const { texts } = phaseOf(longPicture, '认定入库')
    const headings = texts.filter(({ size, anchor }) => size === 11 && anchor === 'start')
    expect(headings.map(({ content, bold }) => [content, bold])).toEqual([
      ['建设 construction', true],
      ['延期审批 extension being decided', true],
      ['撤销审批 revocation being decided', true],
      ['进展填报 reporting', true],
    ])
  })

  it('has the states of a region before those that are within others', () => {
    const rows = words(phaseOf(longPicture, '认定入库')).filter((each) => /^[^\d共]/.test(each))
    expect(rows.slice(2).map((each) => each.split(' ')[0])).toEqual(
      '暂停办理、建设、建设中、已超期、超期已说明、陈述申辩、延期审批、待签收、已签收、撤销审批、待签收、已签收、进展填报、进展按期、进展逾期'.split(
        '、',
      ),
    )
  })

  it('tells of each edge from where to where it leads, by what and when', () => {
    expect(returnedPicture.edges.map(({ title }) => title)).toEqual([
      '智能制造能力测评 → 企业申请：完成测评 complete assessment ×1（2021-02-09）',
      '企业申请 → 区县核实：提交申请 submit ×1（2021-02-09）',
      '区县核实 → 企业补正：退回 return ×2（2021-02-10、2021-02-22）',
      '企业补正 → 区县核实：补正后重新提交 resubmit ×2（2021-02-22、2021-03-01）',
    ])
    expect(phaseOf(longPicture, '区县核实').edges.map(({ title }) => title)).toEqual([
      '待签收 → 已签收：签收 claim ×1（2021-03-01）',
    ])
  })

  it('has one edge where several events led the same way', () => {
    const asked = certified().on('2021-04-01').when(clerk, 'requestExtension').when(verifier, 'claim')
    const twice = asked
      .when(verifier, 'refuseExtension')
      .on('2021-04-02')
      .when(clerk, 'requestExtension')
      .when(verifier, 'claim', 'grantExtension')
    const { edges } = phaseOf(pictured(twice, '2021-04-03', 'state'), '认定入库')
    const back = edges.find(({ title }) => title.includes('grant'))
    expect(back?.title).toBe(
      '延期审批·已签收 → 建设中：不同意延期 refuse the extension ×1（2021-04-01）；同意延期 grant the extension ×1（2021-04-02）',
    )
    expect(back?.count?.text.content).toBe('2')
  })

  it('is described to who does not see it', () => {
    const { description } = longPicture
    expect(description).toMatch(
      /^当前 now: 认定入库 certified，已超期 overdue，进展逾期 report late。智能制造能力测评：申报 file ×1（2021-03-01）；/,
    )
    expect(description).toContain('；区县核实 → 认定入库：通过 approve ×1（2021-03-01）；')
    expect(description).toContain(
      '；认定入库·延期审批·已签收 → 认定入库·建设中：同意延期 grant the extension ×2（2021-05-12、2021-07-20）；',
    )
    expect(description).not.toMatch(/×0|undefined/)
    expect(returnedPicture.description).not.toContain('待签收')
  })

  it('tells a stay of another year in full', () => {
    const held = long.on('2021-12-28').commanded('hold').on('2022-01-04').commanded('endHold')
    const told = words(phaseOf(pictured(held, '2022-01-10', 'state'), '认定入库'))
    expect(told[told.indexOf('暂停办理 held ×2') + 1]).toBe('共 11 天，末次 2021-12-28 – 2022-01-04')
  })
})

describe('a text in a picture', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['齿轮', 4, '齿轮'],
    ['齿轮线', 4, '齿…'],
    ['a齿轮', 4, 'a…'],
    ['\u2e7f\u2e7f', 2, '\u2e7f\u2e7f'],
    ['\u2e80\u2e80', 2, '…'],
    ['abcd', 0, '…'],
    ['', 0, ''],
  ])('%j is no wider than %i letters: %j', (content, most, shown) => {
    expect(fit(content, most)).toBe(shown)
  })

  it('has nothing that XML would take for its own, nor what it may not have', () => {
    expect(escaped('a<b>&"\'\u0000\n\uFFFE\uFFFF齿')).toBe('a&lt;b&gt;&amp;&quot;&#39;齿')
  })
})
