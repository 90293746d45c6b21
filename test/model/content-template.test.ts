import { expect, test } from 'vitest';
import { template } from '../../src/prompt/content-template.js';

test('puts the fields of a record into the text, unescaped, and reads no template in them', () => {
  const content = template('{{title}}: {{body}}');
  expect(content({ title: 'a < b & "c"', body: '{{title}}' })).toBe('a < b & "c": {{title}}');
});

test('leaves a field that is missing empty, as long as another says something', () => {
  expect(template('{{title}}: {{body}}')({ body: 'fine' })).toBe(': fine');
});

test('refuses a record that has none of its fields: the model would be asked about nothing', () => {
  const content = template('{{txt}}: {{bdy}}');
  expect(() => content({ text: 'fine' })).toThrow(
    'the record has none of the fields of the template "{{txt}}: {{bdy}}"',
  );
  expect(() => content({ txt: '', bdy: '' })).toThrow(/none of the fields/);
});

test('takes a text without fields for what it is', () => {
  expect(template('the same for all')({})).toBe('the same for all');
});

test('refuses a template that does not parse, and shows nothing of it: it may come from the environment', () => {
  expect(() => template('{{#a}')).toThrow(new SyntaxError('the content template does not parse: Unclosed tag at 5'));
});
