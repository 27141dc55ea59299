import { expect, it } from 'vitest'
import { findConditionFault } from '../../policy/edition/conditions.ts'
import { chongqing, chongqingText } from '../fixtures.ts'
import { changed, expectBothLanguages, faultsOf } from './broken-edition.ts'

const condition = 'yuan("30000000.00")'

it.each([
  ['a key', 'issuedOn: 2021-02-18\n', 'issuedOn: 2021-02-18\n口号: 前进\n', /没有 "口号" 这样的字段/],
  ['a role', 'by: [district]', 'by: [区长]', /须以小写字母 a–z 开头/],
  ['a variable of a condition', condition, '申报', /此处有不能使用的字符/],
  ['an amount in a condition', condition, 'yuan("三千万")', /yuan\("三千万"\) 不是以元计的金额/],
  ['an anchor', 'by: [district]', 'by: *区县', /引用的锚 "区县" 不存在/],
  ['a tag', 'year: 2021', 'year: !年份 [a]', /YAML 语法有误|须为整数/],
  ['what follows a block’s sign', 'year: 2021\n', 'year: |多行\n  a\n', /YAML 语法有误：此处有多余的符号/],
  ['the name of a body', 'name: 重庆高新区', 'name: 两江新区', /"两江新区" 在此重复出现/],
])('%s that is written in Chinese stands in quotes in the English of its fault', (_, from, to, zh) => {
  const faults = faultsOf(changed(from, to))
  expect(faults.map((fault) => fault.zh).join('\n')).toMatch(zh)
})

it.each([
  ['no form at all', 'id: 1', /^必须填写$/, /^must be given$/],
  ['an id', chongqingText.replace('id: chongqing-2021', 'id: 重庆'), /2 至 40 个小写字母/, /2 to 40 letters/],
  ['a prefix', chongqingText.replace(/prefix: .*/, 'prefix: 渝 }'), /^/, /^/],
  [
    'a role',
    chongqingText.replace('by: [district]', 'by: [区长]'),
    /^须以小写字母 a–z 开头，其后至多 39 个字母或者数字$/,
    /^must be a letter a–z, then at most 39 letters or digits$/,
  ],
  [
    'an amount',
    chongqingText.replace("atLeast: '500000.00'", 'atLeast: much'),
    /^须为以元计的金额，例如 "1000000.00"$/,
    /^must be an amount in yuan, such as "1000000.00"$/,
  ],
  [
    'a day that is none',
    chongqingText.replace('issuedOn: 2021-02-18', 'issuedOn: 2021-02-30'),
    /^须为日期，例如 2021-02-18$/,
    /^must be a date, such as 2021-02-18$/,
  ],
])('%s is refused in both languages', (_, text, zh, en) => {
  const faults = faultsOf(text)
  expect(faults.map((fault) => fault.zh)).toContainEqual(expect.stringMatching(zh))
  expect(faults.map((fault) => fault.en)).toContainEqual(expect.stringMatching(en))
})

it.each([
  ['foo > 1', '没有 foo 这一变量'],
  ['enterprise.foo == "a"', '没有 foo 这一字段'],
  ['application.totalInvestment > "a"', '运算符不适用于这些类型：int > string'],
  ['foo(1)', "没有这样的函数，或者参数类型不符：'foo(int)'"],
  ['1 && true', "逻辑运算的各方须为是或否（bool），不能是 'int'"],
  ['true ? 1 : "a"', '“?” 之后的两方类型须一致：'],
  ['1 ? true : false', "“?” 之前须为是或否（bool），不能是 'int'"],
  ['enterprise.name.exists(x, true)', '这一字段'],
  ['"a', '引号没有成对'],
  ['(true', '语法有误：此处缺少应有的符号'],
])('the condition %s is refused in Chinese too', (expression, zh) => {
  const fault = findConditionFault(chongqing.edition, expression)
  expect(fault?.zh).toContain(zh)
  expectBothLanguages(fault ?? { zh: '', en: '' })
})
