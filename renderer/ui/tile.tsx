// A figure with its name, in a list of such tiles (<dl class="tiles">).

export function Tile({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> <small>{more}</small>
      </dd>
    </div>
  );
}
