use std::io::Write;

use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"+52.5163+013.3777/ but nobody needs to know";

fn run(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film");
    let mut file = File::create_new(&path).unwrap();
    file.write_all(bytes).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    blank_boxes(&file)?;
    Ok(std::fs::read(path).unwrap())
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn boxed(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(content.len() + 8).unwrap();
    [&length.to_be_bytes(), &kind[..], &content].concat()
}

/// A box as it is to be, if it tells something.
fn told(kind: &[u8; 4], content: &[u8], clean: bool) -> Vec<u8> {
    match clean {
        true => boxed(b"free", &[&vec![0; content.len()]]),
        false => boxed(kind, &[content]),
    }
}

/// A film, and how it is to be without its place.
fn film(media: &[u8], secret: &[u8], media_first: bool, clean: bool) -> Vec<u8> {
    let key = |name: &[u8]| boxed(b"mdta", &[name]);
    let keys = [
        key(b"com.apple.quicktime.make"),
        key(b"com.apple.quicktime.location.ISO6709"),
    ];
    let keys = boxed(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 2], &keys.concat()]);
    let values = [
        told(&[0, 0, 0, 1], b"a camera", false),
        told(&[0, 0, 0, 2], secret, clean),
    ];
    let meta = boxed(
        b"meta",
        &[
            &boxed(b"hdlr", &[b"\0\0\0\0mdta"]),
            &keys,
            &boxed(b"ilst", &[&values.concat()]),
        ],
    );
    let udta = boxed(
        b"udta",
        &[
            &told(b"\xa9xyz", secret, clean),
            &told(b"\xa9nam", b"A day", false),
            &told(b"loci", secret, clean),
            &[0; 4],
        ],
    );
    let track = boxed(b"trak", &[&boxed(b"tkhd", &[media]), &udta]);
    let moov = boxed(b"moov", &[&boxed(b"mvhd", &[media]), &track, &udta, &meta]);
    let xmp = [&TELLING_LONG[0][..], secret].concat();
    let others = [&moov[..], &told(b"uuid", &xmp, clean)].concat();
    let media = boxed(b"mdat", &[media]);
    let brand = boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]);
    match media_first {
        true => [brand, media, others].concat(),
        false => [brand, others, media].concat(),
    }
}

/// A picture whose metadata are items, and how it is to be without.
fn picture(pixels: &[u8], secret: &[u8], version: u8, own: bool, clean: bool) -> Vec<u8> {
    let info = |id: u8, kind: &[u8], rest: &[u8]| {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, rest])
    };
    let infos = [
        info(1, b"av01", b"\0"),
        info(2, b"Exif", b"\0"),
        info(3, b"mime", b"\0application/rdf+xml\0\0"),
    ];
    let infos = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 3], &infos.concat()]);
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    let exif = match clean {
        true => {
            let mut exif = empty_exif(secret.len() as u64);
            exif.resize(secret.len(), 0);
            exif
        }
        false => secret.to_vec(),
    };
    let xmp = if clean {
        vec![b' '; secret.len()]
    } else {
        secret.to_vec()
    };
    let data = [pixels, &exif, &xmp].concat();
    let whole = |start: u32| {
        let mut at = start;
        let mut places = vec![version, 0, 0, 0, 0x44, 0, 0, 3];
        for (id, part) in [(1, pixels), (2, &exif), (3, &xmp)] {
            places.extend([0, id]);
            if version > 0 {
                places.extend([0, u8::from(own)]);
            }
            places.extend([0, 0, 0, 1]);
            places.extend(at.to_be_bytes());
            places.extend(length(part).to_be_bytes());
            at += length(part);
        }
        let data_box = boxed(if own { b"idat" } else { b"mdat" }, &[&data]);
        let (inside, outside) = if own {
            (&data_box[..], &[][..])
        } else {
            (&[][..], &data_box[..])
        };
        let handler = boxed(b"hdlr", &[b"\0\0\0\0pict"]);
        let meta = boxed(
            b"meta",
            &[
                &[0; 4],
                &handler,
                &infos,
                &boxed(b"iloc", &[&places]),
                inside,
            ],
        );
        [&boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1"]), &meta, outside].concat()
    };
    let start = if own {
        0
    } else {
        length(&whole(0)) - length(&data)
    };
    whole(start)
}

#[test]
fn a_film_keeps_all_but_its_place() {
    for media_first in [true, false] {
        let before = film(b"pictures and sound", SECRET, media_first, false);
        let after = run(&before).unwrap();
        assert!(!has(&after, SECRET));
        assert!(has(&after, b"a camera") && has(&after, b"A day"));
        assert_eq!(
            after,
            film(b"pictures and sound", SECRET, media_first, true)
        );
        // Doing it again changes nothing, so the same film is one content.
        assert_eq!(run(&after).unwrap(), after);
    }
}

#[test]
fn a_picture_in_boxes_keeps_all_but_its_metadata() {
    for (version, own) in [(0, false), (1, false), (1, true)] {
        let before = picture(b"pixels", SECRET, version, own, false);
        let after = run(&before).unwrap();
        assert!(!has(&after, SECRET));
        assert_eq!(after, picture(b"pixels", SECRET, version, own, true));
        assert_eq!(run(&after).unwrap(), after);
    }
}

#[test]
fn items_that_point_at_what_is_no_data_are_left_alone() {
    let plain = picture(b"pixels", SECRET, 0, false, false);
    // Without a box of data there is nothing that they may point at.
    let mut odd = plain;
    let at = odd.windows(4).position(|bytes| bytes == b"mdat").unwrap();
    odd[at..at + 4].copy_from_slice(b"skip");
    assert_eq!(run(&odd).unwrap(), odd);
}

#[test]
fn metadata_that_lie_in_each_other_make_no_endless_work() {
    let infos: Vec<u8> = (0..60)
        .flat_map(|id| boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], b"Exif\0"]))
        .collect();
    let whole = |start: u32| {
        let places: Vec<u8> = (0..60_u8)
            .flat_map(|id| {
                [
                    &[0, id, 0, 0, 0, 1][..],
                    &start.to_be_bytes(),
                    &4000_u32.to_be_bytes(),
                ]
                .concat()
            })
            .collect();
        let infos = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 60], &infos]);
        let places = boxed(b"iloc", &[&[0, 0, 0, 0, 0x44, 0, 0, 60], &places]);
        let handler = boxed(b"hdlr", &[b"\0\0\0\0pict"]);
        let meta = boxed(b"meta", &[&[0; 4], &handler, &infos, &places]);
        [meta, boxed(b"mdat", &[&[7; 4000]])].concat()
    };
    let start = u32::try_from(whole(0).len() - 4000).unwrap();
    assert!(matches!(run(&whole(start)), Err(Broken::Form)));
}

#[test]
fn places_that_take_no_room_in_their_list_make_no_endless_work() {
    let info = boxed(b"infe", &[&[2, 0, 0, 0, 0, 2, 0, 0], b"Exif\0"]);
    let infos = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1], &info]);
    let item = [0, 2, 0, 0, 0xff, 0xff];
    let places = [&[0, 0, 0, 0, 0, 0, 0xff, 0xff][..], &item.repeat(0xffff)].concat();
    let meta = boxed(
        b"meta",
        &[
            &[0; 4],
            &boxed(b"hdlr", &[b"\0\0\0\0pict"]),
            &infos,
            &boxed(b"iloc", &[&places]),
        ],
    );
    assert_eq!(run(&meta).unwrap(), meta);
}

/// A film with a track of what its camera measured, of one sample of `size` bytes and two of the rest, in two chunks.
fn measured(kind: &[u8; 4], first: &[u8], second: &[u8], wide: bool) -> Vec<u8> {
    let brand = boxed(b"ftyp", &[b"mp41\0\0\0\0mp41"]);
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let place = |place: usize| match wide {
        true => (place as u64).to_be_bytes().to_vec(),
        false => number(place).to_vec(),
    };
    let start = brand.len() + 8;
    let places = [place(start + 5), place(start + 5 + first.len() + 5)].concat();
    let half = second.len() / 2;
    let sizes = [
        number(first.len()),
        number(half),
        number(second.len() - half),
    ]
    .concat();
    let runs = [[1, 1, 1], [2, 2, 1]]
        .concat()
        .into_iter()
        .flat_map(number)
        .collect::<Vec<_>>();
    let head = [0, 0, 0, 0, 0, 0, 0, 2];
    let tables = [
        boxed(
            b"stsd",
            &[&[0, 0, 0, 0, 0, 0, 0, 1], &boxed(kind, &[&[0; 8]])],
        ),
        boxed(b"stsz", &[&[0; 8], &number(3), &sizes]),
        boxed(b"stsc", &[&head, &runs]),
        boxed(if wide { b"co64" } else { b"stco" }, &[&head, &places]),
    ];
    let table = boxed(b"stbl", &[&tables.concat()]);
    let track = boxed(b"trak", &[&boxed(b"mdia", &[&boxed(b"minf", &[&table])])]);
    let media = boxed(b"mdat", &[b"film.", first, b"film.", second, b"film."]);
    [brand, media, boxed(b"moov", &[&track])].concat()
}

#[test]
fn what_a_camera_measured_on_its_way_is_written_over() {
    for wide in [true, false] {
        let after = run(&measured(b"gpmd", SECRET, b"52.1 and 52.2", wide)).unwrap();
        assert_eq!(after, measured(b"gpmd", &[0; SECRET.len()], &[0; 13], wide));
        let pictures = measured(b"avc1", SECRET, b"pixels and more", wide);
        assert_eq!(run(&pictures).unwrap(), pictures);
    }
}

fn any_media() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..200)
}

proptest! {
    #[test]
    fn nothing_else_changes(
        media in any_media(), secret in any_media(), media_first: bool, version in 0_u8..2, own: bool
    ) {
        let own = own && version > 0;
        let after = run(&film(&media, &secret, media_first, false)).unwrap();
        prop_assert_eq!(after, film(&media, &secret, media_first, true));
        let after = run(&picture(&media, &secret, version, own, false)).unwrap();
        prop_assert_eq!(after, picture(&media, &secret, version, own, true));
    }

    #[test]
    fn any_bytes_keep_their_length(
        which in 0..3, at in 0_usize..700, noise in proptest::collection::vec(any::<u8>(), 0..12)
    ) {
        let mut bytes = match which {
            0 => film(b"pictures and sound", SECRET, false, false),
            1 => measured(b"camm", SECRET, b"52.1 and 52.2", false),
            _ => picture(b"pixels", SECRET, 1, false, false),
        };
        let at = at.min(bytes.len());
        bytes.splice(at..(at + noise.len()).min(bytes.len()), noise);
        match run(&bytes) {
            Ok(after) => {
                prop_assert_eq!(after.len(), bytes.len());
                prop_assert_eq!(run(&after).unwrap(), after);
            }
            Err(error) => prop_assert!(matches!(error, Broken::Form), "{}", error),
        }
    }
}
