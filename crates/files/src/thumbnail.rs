//! Small versions of images, and the few bytes that stand for one until it is there.

use std::io::Cursor;

use data_encoding::BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits};

use crate::sniff;

/// The longest side of a thumbnail, in pixels.
const SIDE: u32 = 720;

/// How well a JPEG looks.
const QUALITY: u8 = 80;

/// The longest side of what a placeholder is made of; the algorithm takes no more than 100.
const PLACEHOLDER_SIDE: u32 = 100;

/// The memory that a decoder may take.
const MEMORY: u64 = 256 * 1024 * 1024;

/// The largest file that is made a thumbnail of.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A small version of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// The encoded image.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub kind: &'static str,
    /// The ThumbHash of the image, in base64.
    pub placeholder: String,
}

/// Whether images of this type are made thumbnails of.
pub fn is_made_of(kind: &str) -> bool {
    format(kind).is_some()
}

fn format(kind: &str) -> Option<ImageFormat> {
    Some(match kind {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        "image/gif" => ImageFormat::Gif,
        "image/webp" => ImageFormat::WebP,
        _ => return None,
    })
}

/// Makes the thumbnail of an image: of an animation, of its first picture. None of what can't be read, or is too large
/// to be read in bounded memory. Works long: not for a thread that others wait for.
pub fn make(content: &[u8], kind: &str) -> Option<Thumbnail> {
    let mut reader = ImageReader::with_format(Cursor::new(content), format(kind)?);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().ok()?;
    sniff::showable(decoder.dimensions())?;
    limits.reserve(decoder.total_bytes()).ok()?;
    let orientation = decoder.orientation().ok()?;
    let profile = decoder.icc_profile().ok().flatten();
    let whole = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = match whole.width() > SIDE || whole.height() > SIDE {
        true => whole.thumbnail(SIDE, SIDE),
        false => whole,
    };
    small.apply_orientation(orientation);
    let mut bytes = Vec::new();
    let clear = small.color().has_alpha() && small.to_rgba8().pixels().any(|pixel| pixel[3] < 255);
    let kind = if clear {
        let small = small.to_rgba8();
        let mut encoder = WebPEncoder::new_lossless(&mut bytes);
        keep_profile(&mut encoder, profile);
        let (width, height) = small.dimensions();
        encoder
            .write_image(&small, width, height, image::ExtendedColorType::Rgba8)
            .ok()?;
        "image/webp"
    } else {
        let small = small.to_rgb8();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        keep_profile(&mut encoder, profile);
        let (width, height) = small.dimensions();
        encoder
            .write_image(&small, width, height, image::ExtendedColorType::Rgb8)
            .ok()?;
        "image/jpeg"
    };
    Some(Thumbnail {
        bytes,
        kind,
        placeholder: placeholder(&small),
    })
}

/// Colours stay what they are; a profile that is not of RGB or that the encoder doesn't take is left out.
fn keep_profile(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    let fits =
        |profile: &Vec<u8>| profile.len() <= 64 * 1024 && profile.get(16..20) == Some(b"RGB ");
    if let Some(profile) = profile.filter(fits) {
        drop(encoder.set_icc_profile(profile));
    }
}

fn placeholder(image: &DynamicImage) -> String {
    let tiny = image
        .thumbnail(PLACEHOLDER_SIDE, PLACEHOLDER_SIDE)
        .to_rgba8();
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(1);
    let hash = thumbhash::rgba_to_thumb_hash(side(tiny.width()), side(tiny.height()), &tiny);
    BASE64.encode(&hash)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn an_opaque_image_becomes_a_small_jpeg() {
        let image = RgbImage::from_fn(1500, 300, |x, _| Rgb([(x % 256) as u8, 80, 40]));
        let made = make(&png(image), "image/png").unwrap();
        assert_eq!(made.kind, "image/jpeg");
        let small = image::load_from_memory_with_format(&made.bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((small.width(), small.height()), (720, 144));
        let hash = BASE64.decode(made.placeholder.as_bytes()).unwrap();
        assert!((5..=32).contains(&hash.len()), "{}", hash.len());
    }

    #[test]
    fn an_image_that_shows_through_stays_so() {
        let image = RgbaImage::from_fn(40, 30, |x, _| Rgba([200, 0, 0, (x * 6) as u8]));
        let made = make(&png(image), "image/png").unwrap();
        assert_eq!(made.kind, "image/webp");
        let small = image::load_from_memory_with_format(&made.bytes, ImageFormat::WebP).unwrap();
        assert_eq!((small.width(), small.height()), (40, 30));
        assert_eq!(small.to_rgba8().get_pixel(10, 10)[3], 60);
    }

    #[test]
    fn bombs_and_nonsense_are_left_alone() {
        // A header that promises 60,000 × 60,000 pixels.
        let mut bomb = png(RgbImage::new(8, 8));
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert_eq!(make(&bomb, "image/png"), None);
        assert_eq!(make(b"GIF89a\xff\xff\xff\xff", "image/gif"), None);
        assert_eq!(make(b"", "image/jpeg"), None);
        assert_eq!(make(b"hello", "text/plain"), None);
    }
}
