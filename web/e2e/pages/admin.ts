/** The administration's console. */
import type { Locator, Page } from "playwright-core";

export class Admin {
  readonly page: Page;
  readonly main: Locator;

  constructor(page: Page) {
    this.page = page;
    this.main = page.getByRole("main");
  }

  async open(path: string, title: string): Promise<void> {
    await this.page.goto(`/admin${path}`);
    await this.main.getByRole("heading", { level: 1, name: title }).waitFor();
    await this.settled();
  }

  /** Everything that was asked for is there. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  }

  button(name: string | RegExp): Locator {
    return this.main.getByRole("button", { name, exact: true });
  }

  field(name: string): Locator {
    return this.main.getByLabel(name, { exact: true });
  }

  /** A line of a table, or a card on a phone. */
  line(text: string): Locator {
    return this.main.locator("tbody tr, ul > li").filter({ hasText: text });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole("dialog", { name, exact: true });
  }

  /** Does what a button asks about: presses it, then the same in the question. */
  async confirm(button: string, question: string | RegExp, does = button): Promise<void> {
    await this.button(button).click();
    const dialog = this.dialog(question);
    await dialog.getByRole("button", { name: does, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  }

  async told(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }
}
