/** A small team in the middle of a working day, for pictures. */
import type { MyRoom, StoredFile } from "../../src/api/types.ts";
import { openGateway } from "./gateway.ts";
import { paper, picture, tone, words } from "./media.ts";
import { type Person, register, setUp } from "./people.ts";
import { type Server, startServer } from "./server.ts";

export interface Team {
  readonly server: Server;
  /** Before whose screen the pictures are taken. */
  readonly reader: Person;
  readonly launch: MyRoom;
  readonly direct: MyRoom;
  /** A room in which files were sent. */
  readonly press: MyRoom;
  /** A public room that the reader isn't in. */
  readonly outside: MyRoom;
  /** What came last is unread again. */
  unread(): Promise<unknown>;
  /** Somebody starts to type in `launch`. */
  type(): Promise<void>;
  close(): Promise<void>;
}

export async function startTeam(): Promise<Team> {
  const server = await startServer();
  const ana = await setUp(server, "Ana Petrova");
  const jonas = await register(server, "Jonas Lind");
  const ruth = await register(server, "Ruth Adeyemi");
  const tomas = await register(server, "Tomas Silva");
  const all = [jonas.id, ruth.id, tomas.id];

  const launch = await ana.createRoom({
    kind: "public",
    name: "launch",
    topic: "Version 2 goes out on Thursday at 10:00",
    members: all,
  });
  const design = await ana.createRoom({ kind: "public", name: "design", members: all });
  const press = await ana.createRoom({ kind: "public", name: "press", topic: "Words and pictures", members: all });
  const support = await ruth.createRoom({ kind: "public", name: "support", members: [ana.id, jonas.id] });
  const budget = await ana.createRoom({
    kind: "private",
    name: "budget",
    topic: "Quarterly numbers",
    members: [ruth.id],
  });
  const outside = await tomas.createRoom({ kind: "public", name: "bicycles", topic: "Routes, repairs, races" });

  await jonas.post(launch.id, "Morning! The build from last night is on staging, all checks green.");
  await jonas.post(
    launch.id,
    "Migration took **41 seconds** on the copy of the big workspace, so we don't need a window.",
  );
  await ruth.post(
    launch.id,
    "What is left before Thursday:\n\n- [x] release notes in English\n- [ ] German and Spanish\n- [ ] a last look at the [upgrade guide](https://example.org/upgrade)\n\nI take the translations.",
  );
  await ana.post(launch.id, "I read the guide this afternoon.");
  const draft = await tomas.post(launch.id, "Rollback is one comand, I tried it twice:");
  await tomas.api("PATCH", `/messages/${draft.id}`, { body: "Rollback is one command, I tried it twice:" });
  await tomas.post(
    launch.id,
    "```rust\npub fn roll_back(to: Release) -> Result<(), Error> {\n    let backup = Backup::before(&to)?;\n    backup.verify()?;\n    backup.restore() // about two minutes\n}\n```",
  );
  const wrong = await jonas.post(launch.id, "wrong window, sorry");
  await jonas.api("DELETE", `/messages/${wrong.id}`);
  await jonas.post(launch.id, "> about two minutes\n\nThat is better than I hoped for 🎉");
  const read = await ana.post(launch.id, "Then we go on Thursday at ten.");
  await ruth.post(
    launch.id,
    `@${ana.username} can you tell the customers on Wednesday? The text is in \`notes/customers.md\`.`,
  );
  await tomas.post(launch.id, "I'll watch the graphs from nine on.");

  const kit = [
    picture("harbour-morning.png", 1200, 800, 2),
    picture("poster.png", 800, 1200, 5),
    picture("badge.png", 600, 600, 9),
  ];
  const shots: StoredFile[] = [];
  for (const one of kit) shots.push(await ruth.upload(one));
  await ruth.post(press.id, "Pictures for Thursday, all of them ours:", shots);
  await jonas.post(press.id, "And the kit itself.", [await jonas.upload(paper("press-kit-2.0.pdf"))]);
  await tomas.post(press.id, "", [await tomas.upload(picture("booth.png", 900, 500, 3))]);
  await ruth.post(press.id, "What we say when somebody asks about prices:", [
    await ruth.upload(
      words(
        "prices.md",
        "# Prices\n\n- nothing for up to any number of people\n- nothing for storage\n- support by the hour\n\nAsk Ana about clubs.\n",
      ),
    ),
  ]);
  await jonas.post(press.id, "The horn for the opening:", [await jonas.upload(tone("horn.wav"))]);
  await ruth.post(design.id, "New icons for the sidebar are up, opinions welcome.");
  await jonas.post(support.id, "Somebody asks whether guests can write in public rooms.");
  await ruth.post(budget.id, `@${ana.username} the numbers for November are in.`);
  await tomas.post(outside.id, "Saturday, the river path, who is in?");

  const direct = await ana.api<MyRoom>("POST", "/directs", { users: [ruth.id] });
  await ruth.post(direct.id, "Lunch at the harbour?");
  await ana.post(direct.id, "Half past twelve, I'll book a table.");
  const other = await ana.api<MyRoom>("POST", "/directs", { users: [jonas.id] });
  await jonas.post(other.id, "Do you have a minute for the upgrade guide?");
  await ana.api("POST", "/directs", { users: [tomas.id, ruth.id] });

  const present = [await openGateway(server, jonas), await openGateway(server, ruth)];
  await present[1]?.ask("presence", { status: "dnd" });
  return {
    server,
    reader: ana,
    launch,
    direct,
    press,
    outside,
    unread: () => ana.api("PUT", `/rooms/${launch.id}/read`, { ts: read.ts, unread: true }),
    async type() {
      await present[0]?.ask("typing", { room: launch.id });
    },
    async close() {
      for (const gateway of present) gateway.close();
      await server.stop();
    },
  };
}
