use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GBK, ISO_8859_2, KOI8_U, SHIFT_JIS, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256,
};
use proptest::prelude::*;

use super::*;

fn said(head: &[u8], whole: bool) -> Option<(&'static str, String)> {
    read(head, whole).map(|text| (text.charset, text.content.into_owned()))
}

fn utf16le(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

fn utf16be(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    [0xfe, 0xff].into_iter().chain(units).collect()
}

/// Texts as they were written before UTF-8, each in one of its encodings.
const OLDER: &[(&Encoding, &str)] = &[
    (
        WINDOWS_1252,
        "Name;Straße;Ort\r\nJürgen Müller;Königsallee 7;Düsseldorf\r\n",
    ),
    (WINDOWS_1252, "né"),
    (WINDOWS_1252, "GROßE Übersicht: 20 °C, 5 µV, § 3"),
    (
        WINDOWS_1252,
        "It’s “twelve” … that is 12,50 € – or less – a month™.",
    ),
    (WINDOWS_1252, "¿Qué pasa mañana? ¡Nada, señor!"),
    (
        WINDOWS_1252,
        "L’été dernier, nous sommes allés à la plage : « déjà vu ».",
    ),
    (WINDOWS_1252, "»Hej», sade hon på väg från Malmö."),
    (WINDOWS_1252, "Etusivu » Määräykset ja ohjeet"),
    (WINDOWS_1252, "» Grüße aus Köln\n» Brötchen"),
    (
        WINDOWS_1252,
        "Er sagt: „schöne Grüße\" und geht über die Straße.",
    ),
    (
        WINDOWS_1252,
        "¿Dónde está? ¡Así lo decía la señora del balcón: mañana será otro día, según él, o quizás pasará después, \
         aquí, allá, más lejos, en algún rincón del jardín. También llegó él, así, sin razón, y «nadie lo sabía!",
    ),
    (WINDOWS_1250, "Příliš žluťoučký kůň úpěl ďábelské ódy."),
    (
        WINDOWS_1250,
        "Zażółć gęślą jaźń – „tak” powiedział ktoś wczoraj w Łodzi.",
    ),
    (
        ISO_8859_2,
        "Błąd: nie można otworzyć połączenia z żądanym serwerem, ponieważ nie został on uruchomiony.",
    ),
    (WINDOWS_1251, "Ошибка: соединение с сервером потеряно."),
    (KOI8_U, "Ошибка: соединение с сервером потеряно."),
    (
        WINDOWS_1253,
        "Πρόκειται για δοκιμή κωδικοποίησης χαρακτήρων.",
    ),
    (WINDOWS_1255, "זוהי בדיקה של קידוד תווים."),
    (WINDOWS_1256, "هذا هو اختبار ترميز الأحرف."),
    (WINDOWS_874, "นี่คือการทดสอบ การเข้ารหัสอักขระ"),
    (SHIFT_JIS, "これは文字実験です。明日の会議は三時からです。"),
    (EUC_JP, "これは文字実験です。明日の会議は三時からです。"),
    (GBK, "这是一个字符编码测试。明天的会议三点开始。"),
    (BIG5, "這是一個字符編碼測試。明天的會議三點開始。"),
    (
        SHIFT_JIS,
        "ﾔﾏﾀﾞ ﾊﾅｺ,山田 花子,ﾄｳｷｮｳ,東京\r\nｽｽﾞｷ ｲﾁﾛｳ,鈴木 一郎,ｵｵｻｶ,大阪\r\n",
    ),
    (
        SHIFT_JIS,
        "半角で書く: ｺﾚﾊ ﾊﾝｶｸ ｶﾀｶﾅ ﾃﾞｽ｡ ｱｼﾀﾉ ｶｲｷﾞﾊ ｻﾝｼﾞｶﾗﾃﾞｽ｡",
    ),
    (
        GBK,
        "这是一个测试的表\r\n张,王,李\r\n我,你,他\r\n的,是,不\r\n一,了,在\r\n人,有,大\r\n",
    ),
    (
        GBK,
        "会议的时间,\"人\"\r\n3月5日,王\r\n4月6日,李\r\n5月7日,人\r\n",
    ),
    (
        BIG5,
        "這是一個測試的表\r\n張,王,李\r\n我,你,他\r\n的,是,不\r\n一,了,在\r\n人,有,大\r\n",
    ),
    (
        EUC_KR,
        "이것은 이름의 표\r\n김,이,박\r\n남,여,남\r\n이,그,저\r\n한,두,세\r\n",
    ),
    (EUC_KR, "이것은 문자 인코딩 테스트입니다."),
];

#[test]
fn texts_from_before_utf_8_are_read() {
    for (encoding, text) in OLDER {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text}");
        let read = said(&bytes, true);
        assert_eq!(read.as_ref().map(|(_, read)| read.as_str()), Some(*text));
    }
    let (bytes, ..) = WINDOWS_1252.encode("12 € für “alles”");
    assert_eq!(read(&bytes, true).unwrap().charset, "windows-1252");
}

#[test]
fn what_says_its_encoding_is_read_in_it_and_the_saying_is_no_part_of_it() {
    let text = "né 🌷 日本\r\n";
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (bytes, charset) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (marked, "UTF-8"),
        (utf16le(text), "UTF-16LE"),
        (utf16be(text), "UTF-16BE"),
    ] {
        assert_eq!(said(&bytes, true), Some((charset, text.to_owned())));
    }
    assert_eq!(said(b"\xff\xfe", true), Some(("UTF-16LE", String::new())));
}

#[test]
fn a_character_that_the_end_cuts_is_left_out() {
    let (japanese, ..) = SHIFT_JIS.encode("これは文字実験です。明日の会議");
    let cut = &japanese[..japanese.len() - 1];
    assert_eq!(said(cut, false).unwrap().1, "これは文字実験です。明日の会");
    assert_eq!(said(cut, true), None);
    assert_eq!(said(&"né".as_bytes()[..2], false).unwrap().1, "n");
    assert_eq!(said(&"né".as_bytes()[..2], true), None);
    let marked = b"\xef\xbb\xbfn\xc3";
    assert_eq!(said(marked, false).unwrap().1, "n");
    assert_eq!(said(marked, true), None);
    // Half a unit, and half a pair of them, whether something follows or not.
    for whole in [true, false] {
        let text = utf16le("n🌷");
        for length in [5, 6, 7] {
            assert_eq!(said(&text[..length], whole).unwrap().1, "n", "{length}");
        }
    }
}

#[test]
fn what_is_broken_or_has_odd_controls_is_no_text() {
    for bytes in [
        b"a\0b".to_vec(),
        b"gr\xfc\xdfe\0".to_vec(),
        b"gr\xfc\xdfe\x01".to_vec(),
        b"\xef\xbb\xbfn\xff".to_vec(),
        utf16le("a\0b"),
        utf16be("a\x02b"),
        // Half a pair in the middle, the other order's mark, four bytes a character.
        b"\xff\xfea\0\x3d\xd8b\0".to_vec(),
        b"\xff\xfea\0\xfe\xff".to_vec(),
        b"\xff\xfe\0\0a\0\0\0".to_vec(),
        b"\0\0\xfe\xff\0\0\0a".to_vec(),
        b"a\0b\0c\0".to_vec(),
    ] {
        assert_eq!(said(&bytes, true), None, "{}", bytes.escape_ascii());
    }
}

#[test]
fn encodings_in_which_ascii_is_something_else_are_not_honoured() {
    for (bytes, text) in [
        (&b"+ADw-script+AD4-"[..], "+ADw-script+AD4-"),
        (b"\x1b$B$3$l\x1b(B", "\x1b$B$3$l\x1b(B"),
        (b"~{<:Ky2;~}", "~{<:Ky2;~}"),
    ] {
        assert_eq!(said(bytes, true), Some(("UTF-8", text.to_owned())));
    }
}

/// Numbers that look random and are the same every time (Marsaglia's xorshift).
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x2545_f491_u32;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_be_bytes()[1]
    })
    .take(length)
}

#[test]
fn bytes_that_are_no_text_are_none_even_without_odd_controls() {
    let quiet: Vec<u8> = noise(64 * 1024)
        .filter(|byte| !is_odd(char::from(*byte)))
        .collect();
    for length in [32, 48, 64, 100, 1000] {
        for bytes in quiet.chunks_exact(length) {
            assert_eq!(said(bytes, true), None, "{}", bytes.escape_ascii());
        }
    }
    let high: Vec<u8> = quiet.iter().map(|byte| byte | 0x80).collect();
    for bytes in high.chunks_exact(64) {
        assert_eq!(said(bytes, true), None, "{}", bytes.escape_ascii());
    }
    for bytes in [
        // Silence, a white page, words of a mainframe and of DOS, records.
        &[0x80; 100][..],
        &[0xff; 100],
        b"\xd7\x81\x99\x93\x85\xa8\x40\x89\xa2\x40\x81\x40\x83\x88\x81\xa3",
        b"Gr\x81\xe1e aus K\x94ln, sch\x94n hier",
        b"\x81\xa4name\xa3Bob",
        b"\x93\xa3foo\xa3bar\xa3baz",
        b"\x83dnamecBobdtype",
        b"\xa2dname\x63Bob",
        b"\x83dname\x63Bobdtype\x84file",
        b"\xff\xfb\x90hello",
    ] {
        assert_eq!(said(bytes, true), None, "{}", bytes.escape_ascii());
    }
}

proptest! {
    #[test]
    fn noise_is_no_text(head in proptest::collection::vec(any::<u8>(), 100..2000), whole: bool) {
        prop_assert!(read(&head, whole).is_none());
    }

    #[test]
    fn utf_16_says_what_it_says_wherever_it_is_cut(text in "[^\\p{C}]{0,40}", cut in 0..80_usize) {
        for bytes in [utf16le(&text), utf16be(&text)] {
            let head = &bytes[..bytes.len().saturating_sub(cut).max(2)];
            let (_, read) = said(head, false).unwrap();
            prop_assert!(text.starts_with(&read));
            // At most a pair is lost, of which all but a byte was there.
            prop_assert!(read.encode_utf16().count() * 2 + 3 >= head.len() - 2);
        }
    }

    #[test]
    fn a_text_is_never_much_longer_than_its_bytes(head in proptest::collection::vec(any::<u8>(), 0..200), whole: bool) {
        if let Some(text) = read(&head, whole) {
            prop_assert!(text.content.len() <= head.len() * 3);
            prop_assert!(!text.content.contains(is_odd));
        }
    }
}
