/** The left column of the main screen, and the dialogs that it opens. */
import type { Locator, Page } from "playwright-core";

export class Sidebar {
  readonly page: Page;
  readonly rooms: Locator;
  /** Oneself, and how one is shown to others. */
  readonly own: Locator;

  constructor(page: Page) {
    this.page = page;
    this.own = page.getByRole("button", { name: /Change how you are shown$/ });
    this.rooms = page.getByRole("navigation", { name: "Rooms and people" });
  }

  /** A room or a conversation; what follows its name are its badges. */
  room(name: string): Locator {
    return this.rooms.getByRole("link", { name: new RegExp(`(^|\\s)${escaped(name)}(\\s|$)`) });
  }

  /** Waits until the page hears of what happens: a person is shown as active only then. */
  async live(): Promise<void> {
    await this.own.filter({ hasText: "Active" }).waitFor();
  }

  async openRoom(name: string): Promise<void> {
    await this.room(name).click();
    await this.page.getByRole("log").waitFor();
  }

  async signOut(workspace: string): Promise<void> {
    await this.page.getByRole("button", { name: workspace }).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
  }

  async createRoom(room: {
    name: string;
    kind: "Public" | "Private";
    topic?: string;
    people?: string[];
  }): Promise<void> {
    await this.rooms.getByRole("button", { name: "Create a room" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Create a room" });
    await dialog.getByLabel("Name", { exact: true }).fill(room.name);
    if (room.topic) await dialog.getByLabel(/^Topic/).fill(room.topic);
    await dialog.getByRole("radio", { name: room.kind }).check();
    for (const person of room.people ?? [])
      await this.pick(dialog.getByRole("combobox", { name: "Add people", exact: true }), person);
    await dialog.getByRole("button", { name: "Create room" }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Types a name into a field that chooses people, and takes the first that it offers. */
  async pick(field: Locator, person: string): Promise<void> {
    await field.fill(person);
    await this.page.getByRole("option", { name: new RegExp(escaped(person)) }).click();
  }

  async startDirect(person: string): Promise<void> {
    await this.rooms.getByRole("button", { name: "New direct message" }).click();
    const dialog = this.page.getByRole("dialog", { name: "New message" });
    await this.pick(dialog.getByRole("combobox", { name: "To" }), person);
    await dialog.getByRole("button", { name: "Open conversation" }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Makes an invitation link and answers with it. */
  async invite(): Promise<string> {
    await this.rooms.getByRole("button", { name: "Invite people" }).click();
    const dialog = this.page.getByRole("dialog", { name: /^Invite people/ });
    await dialog.getByRole("button", { name: "Make a link" }).click();
    const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
    return link;
  }
}

/** A text as a regular expression that matches just it. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
