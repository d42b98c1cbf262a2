// The attachments of the draft, and the button that adds some.
import { useRef } from 'preact/hooks';
import type { DraftFile } from '../../../core/api/compose.ts';
import type { Composer } from '../../models/compose/composer.ts';
import { text } from '../../text/en.ts';
import { size } from '../../text/format.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { localFiles } from './local-files.ts';

export function AttachButton({ composer }: { composer: Composer }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon="clip" disabled={composer.sending.value} onClick={() => input.current?.click()}>
        {text.composer.attach}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={event => {
          void composer.attach(localFiles([...(event.currentTarget.files ?? [])]));
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

export function DraftFiles({ composer, files }: { composer: Composer; files: readonly DraftFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul class="draft-files" aria-label={text.composer.files}>
      {files.map((file, index) => (
        <li key={`${index} ${file.name}`} class="file">
          <Icon name="clip" />
          <span>{file.name}</span>
          <small>{size(decodedBytes(file.base64))}</small>
          <Button
            kind="quiet"
            icon="close"
            iconOnly
            disabled={composer.sending.value}
            label={text.composer.removeFile(file.name)}
            onClick={() => composer.detach(index)}
          >
            {text.composer.removeFile(file.name)}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function decodedBytes(base64: string): number {
  return (base64.length * 3) / 4 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
}
