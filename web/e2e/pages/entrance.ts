/** The pages before one is in: first start, sign in, register, forgot, reset, invite. */
import type { Locator, Page } from "playwright-core";

/** What a person types to get an account. */
export interface NewAccount {
  readonly name: string;
  readonly username?: string;
  readonly email: string;
  readonly password: string;
}

export class Entrance {
  readonly page: Page;
  readonly heading: Locator;
  /** What went wrong with the whole form. */
  readonly trouble: Locator;

  constructor(page: Page) {
    this.page = page;
    this.heading = page.getByRole("heading", { level: 1 });
    this.trouble = page.getByRole("alert");
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.heading.waitFor();
  }

  field(name: string): Locator {
    return this.page.getByLabel(name, { exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async typeAccount({ name, username, email, password }: NewAccount): Promise<void> {
    await this.field("Your name").fill(name);
    if (username !== undefined) await this.field("Username").fill(username);
    await this.field("E-mail").fill(email);
    await this.field("Password").fill(password);
  }

  async setUp(workspace: string, account: NewAccount, joinPolicy: string): Promise<void> {
    await this.field("Workspace name").fill(workspace);
    await this.typeAccount(account);
    await this.page.getByRole("radio", { name: joinPolicy }).check();
    await this.button("Open the workspace").click();
  }

  async register(account: NewAccount): Promise<void> {
    await this.open("/register");
    await this.typeAccount(account);
    await this.button("Make my account").click();
  }

  async signIn(login: string, password: string): Promise<void> {
    await this.field("Username or e-mail").fill(login);
    await this.field("Password").fill(password);
    await this.button("Sign in").click();
  }

  async askForReset(email: string): Promise<void> {
    await this.field("E-mail").fill(email);
    await this.button("Send the link").click();
  }

  async choosePassword(password: string): Promise<void> {
    await this.field("New password").fill(password);
    await this.button("Save the password").click();
  }
}
