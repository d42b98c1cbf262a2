// A server in the guide: its host, its port, how TLS starts, and for fetching the protocol.
import { useId } from 'preact/hooks';
import { answerLimits } from '../../../core/api/guide.ts';
import type { ProviderFields, TypedServer } from '../../models/guide/answers.ts';
import { text } from '../../text/en.ts';

type Protocol = ProviderFields['protocol'];

interface ServerFieldsProps {
  readonly label: string;
  readonly value: TypedServer;
  readonly wrong: string | undefined;
  readonly onChange: (value: TypedServer) => void;
  readonly protocol?: Protocol;
  readonly onProtocol?: (protocol: Protocol) => void;
}

const words = text.guide;

export function ServerFields({ label, value, wrong, onChange, protocol, onProtocol }: ServerFieldsProps) {
  const id = useId();
  const isWrong = wrong !== undefined;
  return (
    <fieldset class="server" aria-describedby={isWrong ? `${id}-wrong` : undefined}>
      <legend>{label}</legend>
      {onProtocol && (
        <label>
          <span>{words.protocol}</span>
          <select value={protocol} onChange={event => onProtocol(event.currentTarget.value as Protocol)}>
            {(['imap', 'pop3', 'none'] as const).map(kind => (
              <option key={kind} value={kind}>
                {words.protocols[kind]}
              </option>
            ))}
          </select>
        </label>
      )}
      {protocol !== 'none' && (
        <>
          <label class="wide">
            <span>{words.host}</span>
            <input
              class="mono"
              value={value.host}
              maxLength={answerLimits.host}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              aria-invalid={isWrong}
              onInput={event => onChange({ ...value, host: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>{words.port}</span>
            <input
              class="mono port"
              inputMode="numeric"
              value={value.port}
              maxLength={5}
              autocomplete="off"
              aria-invalid={isWrong}
              onInput={event => onChange({ ...value, port: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>{words.tls}</span>
            <select
              value={value.tls}
              onChange={event => onChange({ ...value, tls: event.currentTarget.value as TypedServer['tls'] })}
            >
              {(['implicit', 'starttls'] as const).map(kind => (
                <option key={kind} value={kind}>
                  {words.tlsKinds[kind]}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      {isWrong && (
        <p id={`${id}-wrong`} class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </fieldset>
  );
}
