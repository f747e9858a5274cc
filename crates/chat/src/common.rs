//! Passwords that everybody tries first.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that most easy passwords are made of: alone, doubled, with digits and signs around them, or with `3` for `e`.
const WORDS: &str = "
    password passwort passwd passcode passphrase motdepasse contrasena contraseña senha parola wachtwoord haslo heslo
    salasana losenord lozinka parool sifre kennwort geheim secret secreto segreto topsecret mysecret default changeme
    changeit changethis changepassword letmein letmeinnow openup opensesame sesame access accessgranted admin
    administrator adminadmin root rootroot superuser sysadmin system manager master webmaster hostmaster postmaster
    moderator operator guest visitor user username newuser testuser test testing tester testtest demo example sample
    temp temporary trial login logon signin signup welcome welcomehome welcomeback hello helloworld hellohello goodbye
    qwerty qwertyui qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfgh asdfghjkl asdf asdfasdf zxcvbn zxcvbnm
    qweasd qweasdzxc qazwsx qazwsxedc wsxedc poiuytrewq lkjhgfdsa mnbvcxz abcdef abcdefg abcdefgh abcdefghij abcabc
    iloveyou iloveu loveyou lovely loveme love lover lovers mylove forever together trustno trustme trustnoone
    sunshine rainbow princess prince queen king angel angels heaven butterfly flower flowers rose summer winter spring
    autumn monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december morning midnight moonlight starlight shadow silver golden diamond crystal
    dragon dragons tiger lion eagle falcon phoenix wolf panther bear bears cowboy cowboys ranger rangers hunter
    monkey donkey chicken rabbit bunny kitty kitten puppy doggie dolphin dolphins penguin turtle horses fish spider
    football footballer baseball basketball soccer hockey volleyball tennis golf golfer cricket rugby boxing racing
    ferrari porsche mercedes mustang corvette camaro yamaha honda toyota nissan harley ducati bugatti lamborghini
    liverpool arsenal chelsea barcelona realmadrid juventus manchester united everton celtic bayern packers steelers
    yankees redsox lakers eagles patriots broncos raiders giants warriors ronaldo messi neymar beckham jordan
    superman batman spiderman ironman wonderwoman avengers starwars skywalker darthvader yoda matrix terminator
    pokemon pikachu naruto minecraft fortnite roblox mario zelda nintendo playstation xbox gamer gamers warcraft
    counterstrike callofduty assassin ninja samurai warrior killer sniper soldier legend legends hero heroes
    google facebook twitter instagram youtube amazon microsoft windows apple android samsung iphone computer internet
    server database oracle cisco linux ubuntu debian docker github gitlab jenkins kubernetes developer programmer
    metallica nirvana slipknot eminem rihanna beyonce madonna beatles elvis music guitar piano drummer rockstar
    michael jennifer jessica ashley amanda daniel matthew joshua andrew robert william thomas charlie jasmine nicole
    michelle patrick victoria samantha elizabeth alexander christian anthony nicholas benjamin jonathan stephanie
    chocolate cookie cookies cheese cheesecake banana strawberry cherry orange lemon peanut pepper ginger honey sugar
    candy coffee whiskey vodka tequila heineken corona budweiser pizza burger bacon pancake noodles spaghetti
    america american canada england london paris berlin madrid moscow tokyo sydney newyork california texas florida
    brazil mexico india pakistan germany france italia espana portugal nederland polska australia ireland scotland
    freedom peace happy happiness smile smiley lucky luckyme success money millionaire dollar business company office
    family mother father mommy daddy sister brother baby babygirl babyboy girlfriend boyfriend friend friends bestfriend
    jesus jesuschrist christ church blessed faith hope believe godisgood praise gospel spirit destiny miracle
    fuckyou fuckoff fuckme fuckit asshole bitch bastard bullshit shit pussy sexy sexygirl hardcore cocacola pepsi
    whatever nothing something anything everything nobody somebody incorrect invalid unknown undefined null none
    blink blahblah blabla yadayada lalala hahaha hahahaha wordpass drowssap ytrewq nimda correcthorsebatterystaple
    parley parleychat teamchat chat slack mattermost rocketchat discord workspace meeting remote homeoffice
";

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| WORDS.split_whitespace().collect());

/// Rows of keys and the like, which people run their finger along.
const RUNS: &[&str] = &[
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujmikolp",
];

/// Whether a lower-case password is among those that everybody tries first.
pub(crate) fn is_common(password: &str) -> bool {
    let letters = plain(password);
    COMMON.contains(letters.as_str())
        || doubled(&letters).is_some_and(|half| COMMON.contains(half))
        || is_repetition(password)
        || is_run(password)
}

/// The word in a password: without what stands around it, and with letters for the digits and signs that look like them.
fn plain(password: &str) -> String {
    let spelled = password.trim_matches(|c: char| !c.is_alphabetic() && !matches!(c, '@' | '$'));
    spelled
        .chars()
        .filter_map(|c| match c {
            '0' => Some('o'),
            '1' | '!' => Some('i'),
            '3' => Some('e'),
            '4' | '@' => Some('a'),
            '5' | '$' => Some('s'),
            '7' => Some('t'),
            letter if letter.is_alphabetic() => Some(letter),
            _ => None,
        })
        .collect()
}

fn doubled(text: &str) -> Option<&str> {
    let (one, other) = text.split_at_checked(text.len() / 2)?;
    (one == other).then_some(one)
}

/// Whether it is a short piece over and over, or made of very few characters.
fn is_repetition(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    let distinct: HashSet<char> = chars.iter().copied().collect();
    let repeats = |period: usize| chars.iter().skip(period).zip(&chars).all(|(a, b)| a == b);
    distinct.len() < 4 || (1..=4).any(repeats)
}

/// Whether it is one stretch of a row, forwards or backwards.
fn is_run(password: &str) -> bool {
    let backwards: String = password.chars().rev().collect();
    RUNS.iter()
        .any(|run| run.contains(password) || run.contains(&backwards))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easy_passwords_are_known_in_every_disguise() {
        for easy in [
            "password12",
            "p@ssw0rd2026!",
            "passwordpassword",
            "iloveyou!!",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "1q2w3e4r5t",
            "aaaaaaaaaa",
            "abcabcabcabc",
            "letmein2026",
            "!!welcome!!",
            "correcthorsebatterystaple",
        ] {
            assert!(is_common(easy), "{easy}");
        }
    }

    #[test]
    fn passwords_that_were_thought_of_pass() {
        for good in [
            "plum tree at dusk",
            "correct-horse-7-battery",
            "8271903465",
            "kx!0pq_wmz",
            "password of my grandmother's dog",
            "пароль для чата",
        ] {
            assert!(!is_common(good), "{good}");
        }
    }
}
