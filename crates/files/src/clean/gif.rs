//! GIFs without comments and whatever programs wrote into them.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use super::{Broken, Extent, PIECE, array, pass};

/// The applications whose extensions are part of the image: how often it repeats, and its colours.
const KEPT: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// Copies a GIF. One whose end is missing is ended properly.
pub fn gif(source: File, target: File) -> Result<Extent, Broken> {
    let mut input = BufReader::with_capacity(PIECE, source);
    let mut output = BufWriter::with_capacity(PIECE, target);
    let extent = copy(&mut input, &mut output)?;
    output.flush()?;
    Ok(extent)
}

fn copy(input: &mut impl Read, output: &mut impl Write) -> Result<Extent, Broken> {
    let header = array::<13>(input)?;
    let [
        b'G',
        b'I',
        b'F',
        b'8',
        b'7' | b'9',
        b'a',
        w1,
        w2,
        h1,
        h2,
        flags,
        _,
        _,
    ] = header
    else {
        return Err(Broken::Form);
    };
    output.write_all(&header)?;
    pass(input, output, colours(flags))?;
    loop {
        let mut code = [0x3b];
        // A file that ends between two blocks is whole but for its last byte.
        if input.read(&mut code)? == 0 {
            code = [0x3b];
        }
        match code {
            [0x3b] => break,
            // Some writers leave empty blocks behind.
            [0] => {}
            [0x21] => extension(input, output)?,
            [0x2c] => {
                let head = array::<9>(input)?;
                let [.., flags] = head;
                output.write_all(&code)?;
                output.write_all(&head)?;
                pass(input, output, colours(flags) + 1)?;
                blocks(input, output)?;
            }
            _ => return Err(Broken::Form),
        }
    }
    output.write_all(&[0x3b])?;
    let (width, height) = (u16::from_le_bytes([w1, w2]), u16::from_le_bytes([h1, h2]));
    Ok((u32::from(width), u32::from(height)))
}

/// The size of the table of colours that these flags announce.
fn colours(flags: u8) -> u64 {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

fn extension(input: &mut impl Read, output: &mut impl Write) -> Result<(), Broken> {
    let [label] = array::<1>(input)?;
    if label == 0xf9 {
        output.write_all(&[0x21, label])?;
        return blocks(input, output);
    }
    let [length] = array::<1>(input)?;
    if length == 0 {
        return Ok(());
    }
    let mut first = vec![0; usize::from(length)];
    input.read_exact(&mut first)?;
    if label == 0xff && KEPT.iter().any(|name| first == *name) {
        output.write_all(&[0x21, label, length])?;
        output.write_all(&first)?;
        return blocks(input, output);
    }
    blocks(input, &mut std::io::sink())
}

/// Copies or skips blocks until the empty one that ends them.
fn blocks(input: &mut impl Read, output: &mut impl Write) -> Result<(), Broken> {
    loop {
        let [length] = array::<1>(input)?;
        output.write_all(&[length])?;
        if length == 0 {
            return Ok(());
        }
        pass(input, output, u64::from(length))?;
    }
}
