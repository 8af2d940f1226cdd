//! Pictures: read within limits, cut, made smaller, put before a model.

use std::io::Cursor;

use zeroize::Zeroizing;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::{
    FaceError,
    settings::{Channels, InputSettings, Layout},
};

/// The longest file of a picture, in bytes.
pub const PICTURE_BYTES_MAX: u64 = 16 << 20;

/// The most pixels: 24 million, more than a document camera has.
pub const PIXELS_MAX: u64 = 24_000_000;

/// The fewest pixels a side has: below it no face can be told.
const SIDE_MIN: u64 = 8;

/// What the decoder of PNG may allocate beside the pixels, in bytes.
const PNG_BYTES_MAX: usize = 32 << 20;

/// A picture in memory: three bytes a pixel, red, green, blue.
pub struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pixels: Zeroizing<Vec<u8>>,
}

/// Where to look in a picture, in pixels; at least one wide and high, inside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// How wide.
    pub width: usize,
    /// How high.
    pub height: usize,
}

impl Picture {
    /// Reads a PNG or JPEG.
    ///
    /// # Errors
    /// [`FaceError::PictureFile`] when it is too long, [`FaceError::PictureMalformed`], [`FaceError::PictureSize`].
    pub fn read(bytes: &[u8], which: &'static str) -> Result<Picture, FaceError> {
        if bytes.len() as u64 > PICTURE_BYTES_MAX {
            let found = format!("{} bytes", bytes.len());
            return Err(FaceError::PictureFile { which, max: PICTURE_BYTES_MAX, found });
        }
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => png(bytes, which),
            [0xff, 0xd8, ..] => jpeg(bytes, which),
            _ => Err(malformed(which, "neither")),
        }
    }

    /// The largest cut from the middle with the proportions of a model's input.
    pub fn middle(&self, input: &InputSettings) -> Cut {
        let (wide, high) = (input.width as usize, input.height as usize);
        let width = self.width.min(self.height.saturating_mul(wide).checked_div(high).unwrap_or(1)).max(1);
        let height = self.height.min(self.width.saturating_mul(high).checked_div(wide).unwrap_or(1)).max(1);
        let (left, top) = (self.width.saturating_sub(width) / 2, self.height.saturating_sub(height) / 2);
        Cut { left, top, width, height }
    }

    /// The whole picture.
    pub const fn whole(&self) -> Cut {
        Cut { left: 0, top: 0, width: self.width, height: self.height }
    }

    /// The numbers that a model takes: each is the mean of the pixels that it covers, at least one.
    #[allow(clippy::float_arithmetic, reason = "what a model takes; the result enters no log")]
    pub fn tensor(&self, cut: Cut, input: &InputSettings) -> Vec<f32> {
        let (width, height) = (input.width as usize, input.height as usize);
        let area = width.saturating_mul(height);
        let mut numbers = vec![0.0_f32; area.saturating_mul(3)];
        for row in 0..height {
            for column in 0..width {
                let colours = self.mean(cut, (column, width), (row, height));
                for channel in 0..3 {
                    let from = match input.channels {
                        Channels::Rgb => channel,
                        Channels::Bgr => 2 - channel,
                    };
                    let place = row.saturating_mul(width).saturating_add(column);
                    let place = match input.layout {
                        Layout::Nchw => area.saturating_mul(channel).saturating_add(place),
                        Layout::Nhwc => place.saturating_mul(3).saturating_add(channel),
                    };
                    let values = (colours.get(from), input.mean.get(channel), input.scale.get(channel));
                    if let ((Some(colour), Some(mean), Some(scale)), Some(number)) =
                        (values, numbers.get_mut(place))
                    {
                        *number = (colour - mean) * scale;
                    }
                }
            }
        }
        numbers
    }

    /// The mean colour below one number of the input.
    #[allow(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a mean of bytes")]
    fn mean(&self, cut: Cut, column: (usize, usize), row: (usize, usize)) -> [f32; 3] {
        let span = |(place, of): (usize, usize), first: usize, length: usize| {
            let at = |place: usize| first + place.saturating_mul(length).checked_div(of).unwrap_or(0);
            let from = at(place);
            from..at(place.saturating_add(1)).max(from.saturating_add(1))
        };
        let (columns, rows) = (span(column, cut.left, cut.width), span(row, cut.top, cut.height));
        let (mut sums, mut count) = ([0_u64; 3], 0_u64);
        for row in rows {
            let first = row.saturating_mul(self.width);
            let (from, to) = (first.saturating_add(columns.start), first.saturating_add(columns.end));
            let line = self.pixels.get(from.saturating_mul(3)..to.saturating_mul(3)).unwrap_or_default();
            for pixel in line.chunks_exact(3) {
                sums.iter_mut()
                    .zip(pixel)
                    .for_each(|(sum, byte)| *sum = sum.saturating_add(u64::from(*byte)));
                count = count.saturating_add(1);
            }
        }
        sums.map(|sum| sum as f32 / count.max(1) as f32)
    }
}

fn malformed(which: &'static str, found: impl ToString) -> FaceError {
    FaceError::PictureMalformed { which, found: found.to_string() }
}

fn check_size(which: &'static str, width: u64, height: u64) -> Result<(), FaceError> {
    if width < SIDE_MIN || height < SIDE_MIN || width.saturating_mul(height) > PIXELS_MAX {
        let expected = format!("at least {SIDE_MIN} pixels a side and at most {PIXELS_MAX} together");
        return Err(FaceError::PictureSize { which, expected, width, height });
    }
    Ok(())
}

fn png(bytes: &[u8], which: &'static str) -> Result<Picture, FaceError> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: PNG_BYTES_MAX });
    let (width, height) = {
        let info = decoder.read_header_info().map_err(|error| malformed(which, error))?;
        (info.width, info.height)
    };
    check_size(which, width.into(), height.into())?;
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| malformed(which, error))?;
    let size = reader.output_buffer_size().ok_or_else(|| malformed(which, "a size beyond this machine's"))?;
    let mut read = Zeroizing::new(vec![0; size]);
    let info = reader.next_frame(&mut read).map_err(|error| malformed(which, error))?;
    let colours = info.color_type.samples();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut pixels = Zeroizing::new(Vec::with_capacity(width.saturating_mul(height).saturating_mul(3)));
    for pixel in read.chunks_exact(colours.max(1)).take(width.saturating_mul(height)) {
        match pixel {
            [grey] | [grey, _] => pixels.extend([*grey; 3]),
            [red, green, blue] | [red, green, blue, _] => pixels.extend([*red, *green, *blue]),
            _ => return Err(malformed(which, "another number of colours")),
        }
    }
    whole(which, width, height, pixels)
}

fn jpeg(bytes: &[u8], which: &'static str) -> Result<Picture, FaceError> {
    let options = DecoderOptions::new_safe()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| malformed(which, format!("{error:?}")))?;
    let info = decoder.info().ok_or_else(|| malformed(which, "no header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(which, width as u64, height as u64)?;
    let size =
        decoder.output_buffer_size().ok_or_else(|| malformed(which, "a size beyond this machine's"))?;
    let mut pixels = Zeroizing::new(vec![0; size]);
    decoder.decode_into(&mut pixels).map_err(|error| malformed(which, format!("{error:?}")))?;
    whole(which, width, height, pixels)
}

fn whole(
    which: &'static str,
    width: usize,
    height: usize,
    pixels: Zeroizing<Vec<u8>>,
) -> Result<Picture, FaceError> {
    if pixels.len() != width.saturating_mul(height).saturating_mul(3) {
        return Err(malformed(which, "another number of pixels than its head says"));
    }
    Ok(Picture { width, height, pixels })
}
