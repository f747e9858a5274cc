//! The one thing of a photograph's metadata that is kept: which side is up.

/// What stands before the TIFF structure in a JPEG's segment, and by mistake in some WebPs.
pub(crate) const MARK: &[u8] = b"Exif\0\0";

/// The orientation (1–8) that a TIFF structure tells, if it does.
pub(crate) fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    };
    let long = |at: usize| -> Option<usize> {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = match little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        };
        usize::try_from(number).ok()
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    for index in 0..entries {
        let entry = directory.checked_add(2 + index * 12)?;
        if short(entry)? == 0x0112 {
            let value = u8::try_from(short(entry + 8)?).ok()?;
            return (1..=8).contains(&value).then_some(value);
        }
    }
    None
}

/// A TIFF structure that tells the orientation and nothing else.
pub(crate) fn with_orientation(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

/// Whether an image with this orientation lies on its side.
pub(crate) fn is_turned(orientation: Option<u8>) -> bool {
    orientation.is_some_and(|orientation| orientation >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for value in 1..=8 {
            assert_eq!(orientation(&with_orientation(value)), Some(value));
        }
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(orientation(little), Some(6));
    }

    #[test]
    fn nonsense_tells_nothing() {
        let far = b"MM\0*\xff\xff\xff\xff";
        let endless = b"MM\0*\0\0\0\x08\xff\xff";
        for tiff in [&b""[..], b"MM", b"II*\0", far, endless] {
            assert_eq!(orientation(tiff), None);
        }
    }
}
