import { describe, expect, it } from 'vitest'
import { spreadOf } from '../../workflows/spread.ts'

const minute = 60_000
const projects = Array.from({ length: 3_000 }, (_, index) => `p-${index.toString(16).padStart(24, '0')}`)

describe('the moments at which projects wake after an instant that is due for all of them', () => {
  it.each([
    ['a quarter of an hour', undefined, 15 * minute],
    ['a minute', minute, minute],
  ])('lie evenly within %s', (_name, spread, within) => {
    const moments = projects.map((project) => spreadOf(project, spread))
    const tenths = moments.map((moment) => Math.floor((moment * 10) / within))
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = tenths.filter((each) => each === tenth).length
      expect(share).toBeGreaterThan(200)
      expect(share).toBeLessThan(400)
    }
    expect(tenths.every((each) => each >= 0 && each < 10)).toBe(true)
  })

  it('are one and the same without a spread', () => {
    expect(new Set(projects.map((project) => spreadOf(project, 0)))).toEqual(new Set([0]))
  })

  it('are the same for a project whenever it asks', () => {
    expect(spreadOf('p-1')).toBe(spreadOf('p-1'))
    expect(spreadOf('p-1')).not.toBe(spreadOf('p-2'))
  })
})
