import { render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { X } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { IconButton } from "./IconButton.tsx";
import { Menu, MenuItem } from "./Menu.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { RadioCards } from "./RadioCards.tsx";
import { TextField } from "./TextField.tsx";
import { notify, Toasts } from "./toast.tsx";

describe("a text field", () => {
  it("is named by its label and described by error and hint", () => {
    render(<TextField label="Topic" hint="One line." error="This is too long." defaultValue="x" />);
    const field = screen.getByRole("textbox", { name: "Topic" });
    expect(field).toHaveAccessibleDescription("This is too long. One line.");
    expect(field).toBeInvalid();
  });
});

describe("a password field", () => {
  it("shows and hides what is typed", async () => {
    render(<Password />);
    const field = screen.getByLabelText("Password");
    expect(field).toHaveAttribute("type", "password");
    await userEvent.click(screen.getByRole("button", { name: "Show password" }));
    expect(field).toHaveAttribute("type", "text");
    await userEvent.click(screen.getByRole("button", { name: "Hide password" }));
    expect(field).toHaveAttribute("type", "password");
  });

  it("says that Caps Lock is on", async () => {
    render(<Password />);
    await userEvent.type(screen.getByLabelText("Password"), "{CapsLock}a");
    expect(screen.getByRole("status")).toHaveTextContent("Caps Lock is on");
  });

  it("measures a new password in words", async () => {
    render(<Password />);
    await userEvent.type(screen.getByLabelText("Password"), "short");
    expect(screen.getByRole("meter")).toHaveAttribute("aria-valuetext", "5 more characters");
    await userEvent.type(screen.getByLabelText("Password"), " harbour quilt magnet");
    expect(screen.getByRole("meter")).toHaveAttribute("aria-valuetext", "Strong");
  });
});

describe("a busy button", () => {
  it("keeps its name and its focus, and does nothing", async () => {
    const clicked = vi.fn();
    render(
      <Button busy onClick={clicked}>
        Save
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Save" });
    button.focus();
    await userEvent.click(button);
    expect(clicked).not.toHaveBeenCalled();
    expect(button).toHaveFocus();
    expect(button).toHaveAttribute("aria-busy", "true");
  });
});

describe("an icon button", () => {
  it("has a name and shows it on focus", async () => {
    render(<IconButton label="Close the panel" icon={<X aria-hidden="true" />} />);
    await userEvent.tab();
    expect(screen.getByRole("button", { name: "Close the panel" })).toHaveFocus();
    expect(await screen.findByText("Close the panel")).toBeVisible();
  });
});

describe("a group of cards", () => {
  it("is chosen from by keyboard", async () => {
    const choose = vi.fn();
    render(
      <RadioCards
        legend="Who?"
        name="who"
        value="all"
        onChange={choose}
        choices={[
          { value: "all", label: "Everyone", hint: "Without exception." },
          { value: "none", label: "Nobody" },
        ]}
      />,
    );
    expect(screen.getByRole("radio", { name: "Everyone" })).toHaveAccessibleDescription("Without exception.");
    await userEvent.click(screen.getByRole("radio", { name: "Nobody" }));
    expect(choose).toHaveBeenCalledWith("none");
  });
});

describe("a dialog", () => {
  it("takes the focus in, closes on Escape and gives it back", async () => {
    render(<Page />);
    const opener = screen.getByRole("button", { name: "Ask" });
    await userEvent.click(opener);
    const dialog = await screen.findByRole("dialog", { name: "Are you sure?" });
    expect(dialog).toHaveAccessibleDescription("It can't be undone.");
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(opener).toHaveFocus());
  });

  it("gives the focus back to what had it, though a field inside takes it as it comes", async () => {
    render(<Page field />);
    for (const name of ["Ask", "Beg", "Ask"]) {
      const opener = screen.getByRole("button", { name });
      opener.focus();
      await userEvent.keyboard("{Enter}");
      await waitFor(() => expect(screen.getByRole("textbox", { name: "Why" })).toHaveFocus());
      await userEvent.keyboard("{Escape}");
      await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
      await waitFor(() => expect(opener).toHaveFocus());
    }
  });

  it("leaves the focus where something else took it meanwhile", async () => {
    render(<Page field />);
    await userEvent.click(screen.getByRole("button", { name: "Ask" }));
    await screen.findByRole("dialog");
    await userEvent.click(screen.getByRole("button", { name: "Yes" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByRole("textbox", { name: "Answer", hidden: true })).toHaveFocus();
  });
});

describe("a menu", () => {
  it("opens, moves and chooses by keyboard", async () => {
    const remove = vi.fn();
    render(
      <Menu trigger={<Button>More</Button>}>
        <MenuItem>Rename</MenuItem>
        <MenuItem onSelect={remove}>Delete</MenuItem>
      </Menu>,
    );
    screen.getByRole("button", { name: "More" }).focus();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("menu");
    await waitFor(() => expect(screen.getByRole("menuitem", { name: "Rename" })).toHaveFocus());
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(remove).toHaveBeenCalledTimes(1));
  });
});

describe("a toast", () => {
  it("says what happened and offers what can be done", async () => {
    const undo = vi.fn();
    render(
      <Suspense>
        <Toasts />
      </Suspense>,
    );
    notify({ text: "The room is archived", action: { label: "Undo", run: undo } });
    expect((await screen.findAllByText("The room is archived")).length).toBeGreaterThan(0);
    await userEvent.click(await screen.findByRole("button", { name: "Undo", hidden: true }));
    expect(undo).toHaveBeenCalledTimes(1);
  });
});

function Password() {
  const [value, setValue] = useState("");
  return (
    <PasswordField label="Password" value={value} onChange={(event) => setValue(event.target.value)} measure={[]} />
  );
}

function Page({ field }: { field?: boolean }) {
  const [open, setOpen] = useState(false);
  const answer = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Ask</Button>
      <Button onClick={() => setOpen(true)}>Beg</Button>
      <input ref={answer} aria-label="Answer" />
      <Dialog open={open} onClose={() => setOpen(false)} title="Are you sure?" description="It can't be undone.">
        {field ? <TextField label="Why" autoFocus /> : null}
        <Button
          onClick={() => {
            setOpen(false);
            answer.current?.focus();
          }}
        >
          Yes
        </Button>
      </Dialog>
    </>
  );
}
