import { describe, expect, it } from 'vitest'
import { nameOfField, nameOfInput, rankOfField } from '../../policy/edition/field-labels.ts'
import { chongqing } from '../fixtures.ts'

const { edition } = chongqing

describe('a field of a case', () => {
  it.each([
    ['application.site', '建设地点', 'site'],
    ['application.investment.equipment', '投资：设备（元）', 'investment: equipment (yuan)'],
    ['application.investment.gold', '投资：gold（元）', 'investment: gold (yuan)'],
    ['supervision.reports.2021Q3.percent', '2021Q3 进展：完成比例（%）', 'report of 2021Q3: percent done'],
    ['deadlines.districtVerification.dueOn', '区县核实：到期日', 'district verification: due'],
    ['deadlines.completion.overdue', '项目完工：是否超期', 'completion: overdue'],
    [
      'deadlines.progressReport@2021Q3.dueOn',
      '项目进展填报 2021年第3季度：到期日',
      'progress report 2021Q3: due',
    ],
  ])('%s is called %s, %s', (path, zh, en) => {
    expect(nameOfField(edition, path)).toEqual({ zh, en })
  })

  it.each(['', 'application', 'site', 'application.colour', 'application.site.x', 'deadlines.x.y'])(
    'is not %j',
    (path) => {
      expect(nameOfField(edition, path)).toBeUndefined()
    },
  )

  it('stands where the list of fields has it, whatever its id', () => {
    const paths = [
      'phase',
      'application.name',
      'application.investment.equipment',
      'application.effects',
      'supervision.reports.2021Q3.on',
      'deadlines.completion.dueOn',
      'calendars.local',
    ]
    expect(paths.toReversed().toSorted((a, b) => rankOfField(edition, a) - rankOfField(edition, b))).toEqual(
      paths,
    )
    expect(rankOfField(edition, 'nobody')).toBe(-1)
  })
})

describe('a field of a request', () => {
  it.each<[path: PropertyKey[], of: string | undefined, zh: string]>([
    [['name'], 'application', '项目名称'],
    [['name'], 'enterprise', '企业名称'],
    [['investment', 'equipment'], 'application', '投资：设备（元）'],
    [['application', 'name'], undefined, '项目名称'],
    [['body', 'application', 'name'], undefined, '项目名称'],
    [['application', 'investment', 'equipment'], undefined, '投资：设备（元）'],
    [['evidence', 3, 'kind'], 'application', '佐证材料种类'],
    [['evidence', 3], 'application', '佐证材料'],
    [['invested', 'equipment'], undefined, '已完成投资：设备（元）'],
    [['reason'], undefined, '理由'],
    [['reason'], 'application', '理由'],
  ])('%j of %s is called %s', (path, of, zh) => {
    expect(nameOfInput(path, { edition, ...(of !== undefined && { of }) })?.zh).toBe(zh)
  })

  it('has an id in its name where no edition is known', () => {
    expect(nameOfInput(['invested', 'equipment'])).toEqual({
      zh: '已完成投资：equipment（元）',
      en: 'money spent so far: equipment (yuan)',
    })
  })

  it('has no name where none of it has one', () => {
    expect(nameOfInput(['colour'], { of: 'application', edition })).toBeUndefined()
    expect(nameOfInput([])).toBeUndefined()
  })
})
