import { Select } from "../../ui/Select.tsx";

interface Props<Value extends string> {
  readonly label: string;
  /** What stands for all of them. */
  readonly any: string;
  readonly values: readonly Value[];
  readonly word: (value: Value) => string;
  readonly chosen: string | undefined;
  readonly onChoose: (value: string) => void;
}

/** Narrows a list to what is of one kind. */
export function Narrow<Value extends string>({ label, any, values, word, chosen, onChoose }: Props<Value>) {
  return (
    <Select label={label} value={chosen ?? ""} onChange={(event) => onChoose(event.target.value)}>
      <option value="">{any}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {word(value)}
        </option>
      ))}
    </Select>
  );
}
