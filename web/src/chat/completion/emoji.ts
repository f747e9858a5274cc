/** Short names that people type for the emoji they use most. `name name2: 🙂` a line, most used first within a letter. */
const table = `
smile happy:😄|grin:😁|joy lol:😂|rofl:🤣|slightly_smiling_face slight_smile:🙂|upside_down:🙃|wink:😉|blush:😊|innocent angel:😇|heart_eyes:😍
star_struck:🤩|kissing_heart kiss:😘|yum:😋|stuck_out_tongue tongue:😛|zany:🤪|hugs hug:🤗|shushing:🤫|thinking think:🤔|raised_eyebrow:🤨|neutral_face:😐
expressionless:😑|smirk:😏|unamused:😒|roll_eyes eyeroll:🙄|grimacing:😬|relieved:😌|pensive sad:😔|sleepy:😪|sleeping zzz_face:😴|mask:😷
nauseated:🤢|sneezing:🤧|hot_face:🥵|cold_face:🥶|dizzy_face:😵|exploding_head mind_blown:🤯|cowboy:🤠|partying party_face:🥳|sunglasses cool:😎|nerd:🤓
monocle:🧐|confused:😕|worried:😟|frowning:☹️|open_mouth wow:😮|astonished:😲|flushed:😳|pleading:🥺|cry:😢|sob crying:😭|scream:😱|sweat:😓|sweat_smile:😅
tired_face:😫|yawning:🥱|triumph:😤|angry mad:😠|rage:😡|skull dead:💀|poop:💩|clown:🤡|ghost:👻|alien:👽|robot:🤖|see_no_evil:🙈|hear_no_evil:🙉|speak_no_evil:🙊
wave hi bye:👋|raised_hand stop:✋|ok_hand:👌|pinched_fingers:🤌|v victory:✌️|crossed_fingers luck:🤞|call_me:🤙|point_left:👈|point_right:👉|point_up:☝️|point_down:👇
thumbsup +1 like yes:👍|thumbsdown -1 no:👎|fist:✊|punch:👊|clap applause:👏|raised_hands hooray:🙌|open_hands:👐|handshake deal:🤝|pray please thanks:🙏|muscle strong:💪|writing_hand:✍️
eyes look:👀|eye:👁️|brain:🧠|ear:👂|shrug:🤷|facepalm:🤦|salute:🫡|melting:🫠|person_raising_hand:🙋|bow:🙇|runner run:🏃|dancer dance:💃
heart love:❤️|orange_heart:🧡|yellow_heart:💛|green_heart:💚|blue_heart:💙|purple_heart:💜|black_heart:🖤|broken_heart:💔|sparkling_heart:💖|100 hundred:💯|boom:💥|dizzy:💫|sweat_drops:💦|dash:💨|zzz:💤
tada party:🎉|confetti:🎊|balloon:🎈|gift present:🎁|birthday cake:🎂|trophy win:🏆|medal:🏅|first_place:🥇|dart target:🎯|game:🎮|art:🎨|music notes:🎵|guitar:🎸|mic:🎤
fire hot lit:🔥|star:⭐|sparkles:✨|zap lightning:⚡|sunny sun:☀️|cloud:☁️|rain:🌧️|snowflake:❄️|rainbow:🌈|ocean:🌊|earth globe:🌍|moon:🌙|rocket ship:🚀|airplane plane:✈️|car:🚗|bike:🚲|train:🚆|house home:🏠|office:🏢|mountain:🏔️|beach:🏖️
coffee:☕|tea:🍵|beer:🍺|beers cheers:🍻|wine:🍷|champagne:🍾|pizza:🍕|burger:🍔|fries:🍟|taco:🌮|sushi:🍣|salad:🥗|apple:🍎|banana:🍌|avocado:🥑|bread:🍞|cheese:🧀|cookie:🍪|icecream:🍦|doughnut donut:🍩|popcorn:🍿
dog:🐶|cat:🐱|mouse:🐭|fox:🦊|bear:🐻|panda:🐼|unicorn:🦄|frog:🐸|monkey:🐵|penguin:🐧|bird:🐦|owl:🦉|bee:🐝|bug:🐛|butterfly:🦋|turtle:🐢|snake:🐍|octopus:🐙|crab:🦀|whale:🐳|seedling:🌱|tree:🌳|cactus:🌵|clover:🍀|rose:🌹|sunflower:🌻
check white_check_mark done:✅|x cross:❌|warning:⚠️|question:❓|exclamation:❗|no_entry:⛔|construction wip:🚧|rotating_light alarm:🚨|bulb idea:💡|mag search:🔍|lock:🔒|unlock:🔓|key:🔑|hammer:🔨|wrench:🔧|gear:⚙️|package ship_it:📦|bell:🔔|mute:🔕|pushpin pin:📌|paperclip:📎|link:🔗|memo note:📝|book:📖|calendar:📅|chart:📈|chart_down:📉|email mail:✉️|inbox:📥|outbox:📤|phone:📱|computer laptop:💻|keyboard:⌨️|camera:📷|clock:🕐|hourglass:⏳|watch:⌚|money:💰|recycle:♻️|arrow_up:⬆️|arrow_down:⬇️|arrow_left:⬅️|arrow_right:➡️|green_circle:🟢|yellow_circle:🟡|red_circle:🔴
`;

/** An emoji with its names, the one to show first. */
export interface Emoji {
  readonly emoji: string;
  readonly names: readonly string[];
}

/** The emoji that can be typed by name. */
export const emoji: readonly Emoji[] = table
  .trim()
  .split(/[|\n]/)
  .map((entry) => {
    const at = entry.lastIndexOf(":");
    return { emoji: entry.slice(at + 1), names: entry.slice(0, at).split(" ") };
  });

/** The emoji whose name begins with, else holds, what was typed. */
export function matchEmoji(query: string, most: number): readonly Emoji[] {
  const wanted = query.toLowerCase();
  const starts = emoji.filter(({ names }) => names.some((name) => name.startsWith(wanted)));
  const holds = emoji.filter((one) => !starts.includes(one) && one.names.some((name) => name.includes(wanted)));
  return [...starts, ...holds].slice(0, most);
}

/** The emoji of exactly this name. */
export function emojiNamed(name: string): string | null {
  return emoji.find(({ names }) => names.includes(name.toLowerCase()))?.emoji ?? null;
}
