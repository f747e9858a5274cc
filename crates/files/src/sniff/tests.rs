use proptest::prelude::*;

use super::*;

#[test]
fn contents_say_what_they_are() {
    for (head, kind) in [
        (&b"hello\nworld"[..], "text/plain"),
        (b"", "text/plain"),
        ("né 🌷".as_bytes(), "text/plain"),
        (b"function f() { return '<script>' }", "text/plain"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b" \n<ScRiPt>alert(1)</script>", "text/html"),
        (b"\xef\xbb\xbf<html>", "text/html"),
        (b"<!-- a --><!-- b --> <body onload=a>", "text/html"),
        (b"<!-- never closed <script>", "text/html"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='a'>",
            "image/svg+xml",
        ),
        (b"<?xml version='1.0'?><!-- a --><svg>", "image/svg+xml"),
        (
            b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><svg>",
            "image/svg+xml",
        ),
        (b"<?xml version='1.0'?><rss>", "application/xml"),
        (b"a\0b", BYTES),
        (b"\xff\xfeh\0i\0", "text/plain"),
        (b"\xfe\xff\0h\0i", "text/plain"),
        (b"h\0i\0", BYTES),
        (b"Stra\xdfe;K\xf6ln\r\n", "text/plain"),
        (b"\xa0 <html><p>Gr\xfc\xdfe", "text/html"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b" %PDF-1.7\n", "text/plain"),
        (b"GIF89a/*\x01\0\x01\0", "image/gif"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video/mp4"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0isommp42", "audio/mp4"),
        (
            b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm",
            "video/webm",
        ),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\x04\0\0\0\0\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\0hello", BYTES),
        (
            b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.txt",
            "application/zip",
        ),
        (b"\x7fELF\x02", "application/x-elf"),
    ] {
        assert_eq!(sniff(head, true), kind, "{}", head.escape_ascii());
    }
}

#[test]
fn markup_is_markup_in_every_encoding() {
    for (text, kind) in [
        ("<!DOCTYPE html><p>Grüße", "text/html"),
        (" \n<ScRiPt>alert('né')</script>", "text/html"),
        ("<!-- für --> <body onload=a>", "text/html"),
        ("<!-- für immer <script>", "text/html"),
        ("\u{feff}<html>Grüße", "text/html"),
        ("<svg onload='a'>Grüße</svg>", "image/svg+xml"),
        ("<?xml version='1.0'?><!-- Grüße --><svg>", "image/svg+xml"),
        (
            "<?xml version='1.0' encoding='utf-7'?><rss>Grüße",
            "application/xml",
        ),
        ("Grüße aus <html>", "text/plain"),
    ] {
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        let older = encoding_rs::WINDOWS_1252.encode(text.trim_start_matches('\u{feff}'));
        for head in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [0xff, 0xfe].into_iter().chain(little).collect(),
            [0xfe, 0xff].into_iter().chain(big).collect(),
            older.0.into_owned(),
        ] {
            assert_eq!(sniff(&head, true), kind, "{}", head.escape_ascii());
        }
    }
    // Where markup begins, all of them are ASCII.
    for (encoding, words) in [
        ("Shift_JIS", "これは文字実験です"),
        ("EUC-JP", "これは文字実験です"),
        ("GBK", "这是一个字符编码测试"),
        ("Big5", "這是一個字符編碼測試"),
        ("EUC-KR", "이것은 문자 테스트"),
    ] {
        let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        let page = format!("<!-- {words} --><script>{words}</script>");
        let (head, _, lost) = encoding.encode(&page);
        assert!(!lost);
        assert_eq!(sniff(&head, true), "text/html", "{}", encoding.name());
    }
}

#[test]
fn a_character_that_the_head_cuts_is_no_fault() {
    let head = &"né".as_bytes()[..2];
    assert_eq!(sniff(head, false), "text/plain");
    assert_eq!(sniff(head, true), BYTES);
}

#[test]
fn audio_is_two_frames_in_a_row() {
    let mut frames = vec![0; 417 + 8];
    frames[..4].copy_from_slice(b"\xff\xfb\x90\0");
    frames[417..421].copy_from_slice(b"\xff\xfb\x90\0");
    assert_eq!(sniff(&frames, true), "audio/mpeg");
}

#[test]
fn nothing_that_runs_is_shown_or_served_as_what_it_is() {
    for kind in [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "application/wasm",
    ] {
        assert!(!is_inline(kind), "{kind}");
        assert_eq!(served_as(kind), BYTES);
    }
    assert_eq!(served_as("text/plain"), "text/plain");
    assert_eq!(served_as("video/mp4"), "video/mp4");
}

#[test]
fn extents_are_read_from_heads() {
    assert_eq!(extent("image/gif", b"GIF89a\x02\x01\x03\0"), Some((258, 3)));
    let avif = b"....ispe\0\0\0\0\0\0\0\x40\0\0\0\x30....ispe\0\0\0\0\0\0\x02\0\0\0\x01\x80";
    assert_eq!(extent("image/avif", avif), Some((512, 384)));
    assert_eq!(extent("image/gif", b"GIF89a\xff\xff\xff\xff"), None);
    assert_eq!(extent("image/gif", b"GIF89a\0\0\0\0"), None);
}

proptest! {
    #[test]
    fn any_bytes_have_a_type(head in proptest::collection::vec(any::<u8>(), 0..600), whole: bool) {
        let kind = sniff(&head, whole);
        prop_assert!(kind.contains('/'));
        extent(kind, &head);
    }

    #[test]
    fn what_begins_like_a_type_is_no_trouble(
        magic in proptest::sample::select(MAGIC), tail in proptest::collection::vec(any::<u8>(), 0..300)
    ) {
        let head = [magic.0, &tail].concat();
        extent(sniff(&head, true), &head);
    }
}
