use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Rgb, RgbImage};
use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"N 52.5163 E 13.3777";

fn picture(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

fn pixels(bytes: &[u8], format: ImageFormat) -> Vec<u8> {
    image::load_from_memory_with_format(bytes, format)
        .unwrap()
        .to_rgb8()
        .into_raw()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn run(
    clean: fn(File, File) -> Result<Extent, Broken>,
    bytes: &[u8],
) -> Result<(Extent, Vec<u8>), Broken> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::write(&from, bytes).unwrap();
    let extent = clean(File::open(&from).unwrap(), File::create(&to).unwrap())?;
    Ok((extent, std::fs::read(&to).unwrap()))
}

/// An EXIF structure with an orientation and something that must not stay.
fn telling(orientation: u8) -> Vec<u8> {
    [&exif::with_orientation(orientation)[..], SECRET].concat()
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, content].concat()
}

#[test]
fn a_jpeg_keeps_its_pixels_colours_and_side_and_nothing_else() {
    let plain = picture(ImageFormat::Jpeg);
    let profile = segment(0xe2, b"ICC_PROFILE\0\x01\x01profile");
    let told = [
        &plain[..2],
        &segment(0xe1, &[exif::MARK, &telling(6)].concat()),
        &segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
        &segment(0xed, SECRET),
        &segment(0xfe, SECRET),
        &profile,
        &plain[2..],
        SECRET,
        b"<script>",
    ]
    .concat();
    let (extent, cleaned) = run(jpeg, &told).unwrap();
    assert_eq!(extent, (48, 64));
    assert!(!has(&cleaned, SECRET) && !has(&cleaned, b"<script>"));
    assert!(has(&cleaned, &profile));
    assert_eq!(
        pixels(&cleaned, ImageFormat::Jpeg),
        pixels(&plain, ImageFormat::Jpeg)
    );
    let reader = ImageReader::with_format(Cursor::new(&cleaned), ImageFormat::Jpeg);
    let side = reader.into_decoder().unwrap().orientation().unwrap();
    assert_eq!(side.to_exif(), 6);
    // Doing it again changes nothing, so the same picture is one content.
    assert_eq!(run(jpeg, &cleaned).unwrap().1, cleaned);
}

#[test]
fn a_png_keeps_its_pixels_and_side_and_nothing_else() {
    let plain = picture(ImageFormat::Png);
    let mut told = plain[..33].to_vec();
    write_chunk(&mut told, *b"eXIf", &telling(8)).unwrap();
    write_chunk(&mut told, *b"tEXt", &[b"Comment\0", SECRET].concat()).unwrap();
    write_chunk(&mut told, *b"iTXt", SECRET).unwrap();
    told.extend_from_slice(&plain[33..]);
    told.extend_from_slice(SECRET);
    let (extent, cleaned) = run(png, &told).unwrap();
    assert_eq!(extent, (48, 64));
    assert!(!has(&cleaned, SECRET));
    assert_eq!(
        pixels(&cleaned, ImageFormat::Png),
        pixels(&plain, ImageFormat::Png)
    );
    assert_eq!(run(png, &cleaned).unwrap().1, cleaned);
    let (extent, untouched) = run(png, &plain).unwrap();
    assert_eq!((extent, untouched), ((64, 48), plain));
}

#[test]
fn a_webp_keeps_its_pixels_and_side_and_nothing_else() {
    let plain = picture(ImageFormat::WebP);
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = &[0][..content.len() % 2];
        [kind, &length[..], content, padding].concat()
    };
    let header = [WEBP_EXIF | WEBP_XMP, 0, 0, 0, 63, 0, 0, 47, 0, 0];
    let chunks = [
        chunk(b"VP8X", &header),
        plain[12..].to_vec(),
        chunk(b"EXIF", &telling(3)),
        chunk(b"XMP ", SECRET),
    ]
    .concat();
    let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    let told = [b"RIFF", &length[..], b"WEBP", &chunks, SECRET].concat();
    let (extent, cleaned) = run(webp, &told).unwrap();
    assert_eq!(extent, (64, 48));
    assert!(!has(&cleaned, SECRET));
    assert_eq!(
        pixels(&cleaned, ImageFormat::WebP),
        pixels(&plain, ImageFormat::WebP)
    );
    let reader = ImageReader::with_format(Cursor::new(&cleaned), ImageFormat::WebP);
    assert_eq!(
        reader
            .into_decoder()
            .unwrap()
            .orientation()
            .unwrap()
            .to_exif(),
        3
    );
    assert_eq!(run(webp, &cleaned).unwrap().1, cleaned);
    let (extent, untouched) = run(webp, &plain).unwrap();
    assert_eq!((extent, untouched), ((64, 48), plain));
}

#[test]
fn a_gif_keeps_its_pictures_and_how_often_they_repeat_and_nothing_else() {
    let plain = picture(ImageFormat::Gif);
    let start = 13
        + if plain[10] & 0x80 == 0 {
            0
        } else {
            3 << ((plain[10] & 7) + 1)
        };
    let length = u8::try_from(SECRET.len()).unwrap();
    let comment = [&[0x21, 0xfe, length][..], SECRET, &[0]].concat();
    // XMP stands there without lengths; what follows it makes every letter one.
    let trailer: Vec<u8> = (0..=255).rev().chain([0]).collect();
    let xmp = [b"\x21\xff\x0bXMP DataXMP<x:xmp>", SECRET, b"\x01", &trailer].concat();
    let repeat = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let with = |told: &[&[u8]]| [&plain[..start], &told.concat(), &plain[start..]].concat();
    let (extent, cleaned) = run(
        gif,
        &[with(&[repeat, &comment, &xmp]), SECRET.to_vec()].concat(),
    )
    .unwrap();
    assert_eq!(extent, (64, 48));
    assert!(!has(&cleaned, SECRET));
    assert_eq!(cleaned, with(&[repeat]));
    assert_eq!(
        pixels(&cleaned, ImageFormat::Gif),
        pixels(&plain, ImageFormat::Gif)
    );
    assert_eq!(run(gif, &cleaned).unwrap().1, cleaned);
    let (_, ended) = run(gif, &plain[..plain.len() - 1]).unwrap();
    assert_eq!(ended, plain);
}

#[test]
fn what_is_cut_or_no_image_is_refused_but_for_a_jpeg_with_its_end_missing() {
    for (clean, format) in [
        (jpeg as fn(File, File) -> _, ImageFormat::Jpeg),
        (png, ImageFormat::Png),
        (webp, ImageFormat::WebP),
        (gif, ImageFormat::Gif),
    ] {
        let plain = picture(format);
        assert!(matches!(run(clean, &plain[..40]), Err(Broken::Form)));
        assert!(matches!(run(clean, b""), Err(Broken::Form)));
        assert!(matches!(run(clean, b"hello"), Err(Broken::Form)));
    }
    let plain = picture(ImageFormat::Jpeg);
    let (extent, ended) = run(jpeg, &plain[..plain.len() - 2]).unwrap();
    assert_eq!((extent, ended), ((64, 48), plain));
}

proptest! {
    #[test]
    fn any_bytes_end_well(
        which in 0_usize..4, at in 0_usize..400, noise in proptest::collection::vec(any::<u8>(), 0..40)
    ) {
        let (clean, format) = [
            (jpeg as fn(File, File) -> _, ImageFormat::Jpeg),
            (png, ImageFormat::Png),
            (webp, ImageFormat::WebP),
            (gif, ImageFormat::Gif),
        ][which];
        let mut bytes = picture(format);
        let at = at.min(bytes.len());
        bytes.splice(at..(at + noise.len()).min(bytes.len()), noise);
        if let Err(error) = run(clean, &bytes) {
            prop_assert!(matches!(error, Broken::Form), "{}", error);
        }
    }
}
