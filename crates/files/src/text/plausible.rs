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
    let mut opened = [0; OPENING.len()];
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
            let sign = OPENING.iter().zip(&mut opened).find(|(of, _)| of.0 == c);
            if let Some((_, opened)) = sign
                && !separates(before, c, after)
            {
                *opened += 1;
            }
        }
        before = c;
    }
    for ((open, close), opened) in OPENING.into_iter().zip(opened) {
        // Where quotes point the same way, the second one ends what the first begins.
        let is_closed = text.contains(close) || (open == '»' && opened > 1);
        strange += if is_closed { 0 } else { opened };
    }
    // Words of Latin letters have most of theirs in ASCII; others have spaces between them.
    strange * ONE_OF <= foreign && latin <= plain && foreign <= LETTERS * (ascii + 2)
}

/// Signs that stand before a word, and what then stands behind it.
const OPENING: [(char, &[char]); 6] = [
    ('¡', &['!']),
    ('¿', &['?']),
    ('«', &['»']),
    ('»', &['«']),
    ('„', &['“', '”', '"']),
    ('‹', &['›']),
];

/// Whether a sign stands between words or before an item, and opens nothing.
fn separates(before: char, c: char, after: char) -> bool {
    matches!(c, '«' | '»' | '‹') && before.is_whitespace() && after.is_whitespace()
}

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

/// Whether a text of two bytes a character has mostly those characters that are used most, and not one by one within
/// what is something else.
pub(super) fn pairs(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (mut foreign, mut common, mut runs) = (0, 0, 0);
    let mut rest = bytes;
    while let Some(start) = rest.iter().position(|byte| !byte.is_ascii()) {
        let (ascii, beyond) = rest.split_at(start);
        let run = Run::first(encoding, beyond);
        // What a cut leaves at the end says nothing.
        if run.foreign == 0 {
            break;
        }
        foreign += run.foreign;
        common += run.common;
        rest = beyond.get(run.bytes..).unwrap_or_default();
        // A field or a unit may be one character; one that clings to a letter is rather half of something else.
        let clings = [ascii.last().copied(), rest.first().copied()]
            .into_iter()
            .flatten()
            .any(|byte| byte.is_ascii_alphabetic());
        runs += usize::from(clings || run.foreign > 1 || run.common == 0);
    }
    common * 8 >= foreign * 7 && foreign >= runs * 2
}

/// Characters that stand side by side, none of ASCII between them.
#[derive(Default)]
struct Run {
    bytes: usize,
    foreign: usize,
    common: usize,
}

impl Run {
    /// What bytes begin with.
    fn first(encoding: &'static Encoding, bytes: &[u8]) -> Self {
        let mut run = Self::default();
        let mut before = None;
        while let Some([first, after @ ..]) = bytes.get(run.bytes..)
            && !first.is_ascii()
        {
            let second = after.first().copied();
            let length = length(encoding, *first, second);
            if after.len() + 1 < length {
                break;
            }
            let is_common = match encoding == SHIFT_JIS && is_half(*first) {
                true => is_in_word(before, *first, second),
                false => second.is_some_and(|second| is_common(encoding, *first, second)),
            };
            before = (length == 1).then_some(*first);
            run.bytes += length;
            run.foreign += 1;
            run.common += usize::from(is_common);
        }
        run
    }
}

/// Whether this is a syllable or a sign of half a width, alone in its byte.
fn is_half(byte: u8) -> bool {
    matches!(byte, 0xa1..=0xdf)
}

/// Whether a syllable of half a width stands beside others, as they do in words.
fn is_in_word(before: Option<u8>, syllable: u8, after: Option<u8>) -> bool {
    match syllable {
        // The marks of voice, behind what can have one.
        0xde | 0xdf => matches!(before, Some(0xb3 | 0xb6..=0xc4 | 0xca..=0xce)),
        // Small ones and the mark of length, which begin nothing.
        0xa7..=0xb0 => before.is_some(),
        _ => before.is_some() || after.is_some_and(is_half),
    }
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
