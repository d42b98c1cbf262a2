// A Node that is too old is named in one line, before anything of Waypost is loaded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintAboutNode } from '../../../main/cli/node-version.ts';

for (const version of ['22.13.0', '22.14.1', '23.0.0', '24.21.0', '100.0.0']) {
  test(`complaintAboutNode: ${version} → nothing to say`, () => assert.equal(complaintAboutNode(version), undefined));
}

for (const version of ['22.12.9', '22.9.0', '20.20.2', '8.17.0']) {
  test(`complaintAboutNode: ${version} → one line that names both versions`, () =>
    assert.match(
      complaintAboutNode(version) ?? '',
      new RegExp(`^waypost: this is Node ${version}, .*22\\.13[^\\n]*$`),
    ));
}

test('complaintAboutNode: the Node that runs the tests → nothing to say', () =>
  assert.equal(complaintAboutNode(process.versions.node), undefined));
