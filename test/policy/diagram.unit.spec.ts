import { expect, it } from 'vitest'
import { arrowsOf, diagramOf } from '../../policy/diagram/diagram.ts'
import { chongqing, treeHouse, treeMarket } from '../fixtures.ts'

it.each([
  ['chongqing-2021', chongqing],
  ['tree-house', treeHouse],
  ['tree-market', treeMarket],
])('the diagram of %s leads from each stage to others and to ends, and nowhere else', (_, { edition }) => {
  const stages = edition.stages.map(({ id }) => id)
  const places = [...stages, ...edition.ends.map(({ id }) => id)]
  const arrows = arrowsOf(edition)
  expect(new Set(arrows.map(({ from }) => from))).toEqual(new Set(stages))
  for (const { from, to } of arrows) expect(places.filter((id) => id !== from)).toContain(to)
})

it('a condition stands behind the event in a diagram', () => {
  expect(diagramOf(treeMarket.edition)).toContain(
    '  watches --> mending: 退回 return [application.totalInvestment >= yuan("5.00")]\n',
  )
})
