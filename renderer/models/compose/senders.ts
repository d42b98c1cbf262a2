// The choices for From: the owner's addresses, as a draft has them and as they are shown.

interface SenderChoice {
  /** What the draft says; `''`: the usual address. */
  readonly value: string;
  readonly label: string;
}

/**
 * @param from what the draft says now @param known the addresses that the host knows, the usual one first
 * @returns the chosen value, which is one of the choices
 */
export function senderChoices(
  from: string,
  usual: { readonly name: string; readonly address: string },
  known: readonly string[],
): { chosen: string; choices: SenderChoice[] } {
  const labelled = (address: string): string => (usual.name ? `${usual.name} <${address}>` : address);
  const own = known.filter(address => !isSame(address, usual.address));
  const choices = [
    { value: '', label: labelled(usual.address) },
    ...own.map(address => ({ value: address, label: labelled(address) })),
  ];
  const written = from.trim();
  if (written === '') return { chosen: '', choices };
  const address = /<([^<>]*)>$/.exec(written)?.[1] ?? written;
  const name = written !== address;
  const before = choices.find(({ value }) => !name && isSame(value, address));
  if (before) return { chosen: before.value, choices };
  return { chosen: from, choices: [...choices, { value: from, label: name ? written : labelled(address) }] };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
