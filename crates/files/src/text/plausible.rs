//! Whether what a guess made of bytes reads like a text, or only could be one: nearly any byte is a character in an older
//! encoding.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS};

/// Of so many characters that aren't ASCII, one may be strange.
const ONE_OF: usize = 20;

/// Letters without a space or a sign in ASCII, on the average at most.
const LETTERS: usize = 16;

/// Whether a text of one byte a character has letters and signs where people write them.
pub(super) fn letters(text: &str) -> bool {
    let (mut ascii, mut plain, mut latin, mut foreign, mut strange) = (0, 0, 0, 0, 0);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if c.is_ascii() {
            ascii += 1;
            plain += usize::from(c.is_ascii_alphabetic());
        } else if is_nothing(c) {
            return false;
        } else {
            foreign += 1;
            latin += usize::from(script(c) == Some(Script::Latin));
            strange += usize::from(is_strange(before, c, after));
        }
        before = c;
    }
    let alone = |(open, close): (char, &[char])| text.contains(open) && !text.contains(close);
    // Words of Latin letters have most of theirs in ASCII; others have spaces between them.
    strange * ONE_OF <= foreign
        && latin <= plain
        && foreign <= LETTERS * (ascii + 2)
        && !OPENING.into_iter().any(alone)
}

/// Signs that stand before a word, and what then stands behind it.
const OPENING: [(char, &[char]); 6] = [
    ('¡', &['!']),
    ('¿', &['?']),
    ('«', &['»']),
    ('»', &['«']),
    ('„', &['“', '”']),
    ('‹', &['›']),
];

/// Places of the old tables where there is no character, or a control that nobody uses.
fn is_nothing(c: char) -> bool {
    c.is_control() || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Thai,
}

/// The script of a letter, or of a mark upon one.
fn script(c: char) -> Option<Script> {
    match c {
        'ª' | 'º' | 'ƒ' => None,
        'a'..='z' | 'A'..='Z' | 'µ' | '\u{c0}'..='\u{24f}' if c.is_alphabetic() => {
            Some(Script::Latin)
        }
        '\u{300}'..='\u{36f}' => Some(Script::Latin),
        '\u{386}' | '\u{388}'..='\u{3ff}' => Some(Script::Greek),
        '\u{400}'..='\u{4ff}' => Some(Script::Cyrillic),
        '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5f2}' => Some(Script::Hebrew),
        '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d3}' => Some(Script::Arabic),
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' => Some(Script::Thai),
        _ => None,
    }
}

fn is_strange(before: char, c: char, after: char) -> bool {
    if script(c).is_some() {
        return clashes(before, c) || clashes(c, after);
    }
    match c {
        // Between and around words, and within them.
        '\u{a0}'
        | '\u{ad}'
        | '´'
        | '·'
        | '•'
        | '…'
        | '–'
        | '—'
        | '―'
        | '‘'
        | '’'
        | '־'
        | '׳'
        | '״'
        | '،'
        | '؛'
        | '؟'
        | '\u{200c}'..='\u{200f}' => false,
        // Around words.
        '“' | '”' | '„' | '‚' | '«' | '»' | '‹' | '›' | '¡' | '¿' => {
            before.is_alphanumeric() && after.is_alphanumeric()
        }
        // A degree is of a scale.
        '°' | 'º' if before == ' ' || before.is_ascii_digit() => false,
        // Behind words and around numbers.
        '°' | 'º' | 'ª' | '²' | '³' | '¹' | '¼' | '½' | '¾' | '±' | '×' | '÷' | '‰' | '€' | '£'
        | '¥' | '¢' | '₪' | '₫' | '฿' | '§' | '¶' | '©' | '®' | '™' | '№' | '†' | '‡' => {
            after.is_alphabetic()
        }
        '๐'..='๙' | 'ๆ' => false,
        _ => true,
    }
}

/// Whether these two letters don't stand side by side: of two scripts, or a capital within a word.
fn clashes(one: char, next: char) -> bool {
    let (Some(left), Some(right)) = (script(one), script(next)) else {
        return false;
    };
    left != right || (one.is_lowercase() && next.is_uppercase() && !matches!(one, 'ß' | 'µ'))
}

/// Whether a text of two bytes a character has mostly those characters that are used most, and not one by one.
pub(super) fn pairs(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (mut foreign, mut common, mut runs) = (0, 0, 0);
    let (mut rest, mut within) = (bytes, false);
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            (rest, within) = (after, false);
            continue;
        }
        let second = after.first().copied();
        let length = length(encoding, *first, second);
        // What a cut leaves at the end says nothing.
        let Some(next) = rest.get(length..) else {
            break;
        };
        foreign += 1;
        runs += usize::from(!within);
        common += usize::from(second.is_some_and(|second| is_common(encoding, *first, second)));
        (rest, within) = (next, true);
    }
    common * 8 >= foreign * 7 && foreign >= runs * 2
}

/// Bytes of the character that begins with this one, which isn't ASCII.
fn length(encoding: &'static Encoding, first: u8, second: Option<u8>) -> usize {
    match (first, second) {
        (0xa0..=0xdf, _) if encoding == SHIFT_JIS => 1,
        (0x8f, _) if encoding == EUC_JP => 3,
        (_, Some(0x30..=0x39)) if encoding == GBK => 4,
        _ => 2,
    }
}

/// Whether this is one of the signs, syllables and characters of a standard's first level.
fn is_common(encoding: &'static Encoding, first: u8, second: u8) -> bool {
    if encoding == SHIFT_JIS {
        second >= 0x40 && matches!(first, 0x81..=0x83 | 0x88..=0x98)
    } else if encoding == BIG5 {
        matches!(first, 0xa1..=0xc6)
    } else if second < 0xa1 {
        false
    } else if encoding == EUC_JP {
        matches!(first, 0xa1 | 0xa3..=0xa5 | 0xb0..=0xcf)
    } else if encoding == EUC_KR {
        matches!(first, 0xa1 | 0xa3 | 0xb0..=0xc8)
    } else {
        encoding == GBK && matches!(first, 0xa1 | 0xa3 | 0xb0..=0xd7)
    }
}
